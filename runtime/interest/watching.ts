import type { Partition } from './partition.ts';
import type { Viewer } from './viewer.ts';

/** That one viewer watches one partition. Stays, unwanted, until a frame has told the client that it ended. */
export class Watching {
  readonly viewer: Viewer;
  readonly partition: Partition;
  /** How many of the viewer's sources need it; 0: to be ended by the next frame. */
  wantedCount = 0;
  /** The client has not been given its first copy. */
  isNew = true;
  /** Pages of the partition that the client knows of. */
  pagesAnnounced = 0;
  /** Tick of the last frame that announced a page. */
  announcedTick = -1;
  /** Events of this tick and before are not for this viewer. */
  sinceTick: number;
  /** Scratch of a frame: its place in the order, see `rankOf`. */
  rank = 0;
  placeInPartition = -1;
  /** In its viewer's notes; -1: not there. */
  placeInNotes = -1;

  constructor(viewer: Viewer, partition: Partition, sinceTick: number) {
    this.viewer = viewer;
    this.partition = partition;
    this.sinceTick = sinceTick;
  }
}
