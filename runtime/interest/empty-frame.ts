import { ByteWriter } from '@tickbase/base';
import { OwnRows } from '@tickbase/protocol';
import type { ViewerFrame } from './viewers-port.ts';

/** A frame for `takeFrame` to fill, again and again; its pieces go into `pieces`. */
export function emptyFrame(pieces = new ByteWriter()): ViewerFrame {
  return {
    watches: [],
    pieces,
    pieceCount: 0,
    unwatches: [],
    applied: [],
    ended: [],
    ownRows: new OwnRows(),
    isAreaReady: false,
  };
}
