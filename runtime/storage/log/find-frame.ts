import type { FileWindow } from './file-window.ts';
import { decodeFrameHead, FRAME_HEAD_BYTES, FRAME_MAGIC, type FrameHead } from './frame-head.ts';

/**
 * The first head of a frame from `offset` on that was written at just that place of that segment, by the life `epoch` (null: by any). Frames
 * are synced one by one, so that it proves of everything before it that it was once on the disk.
 */
export async function findFrame(
  window: FileWindow,
  offset: number,
  segment: number,
  epoch: bigint | null,
): Promise<{ offset: number; head: FrameHead } | null> {
  let at = offset;
  while (at + FRAME_HEAD_BYTES <= window.length) {
    const bytes = await window.viewSome(at);
    if (bytes.length === 0) return null;
    const hit = indexOfMagic(bytes);
    if (hit < 0) {
      // The last bytes may be the beginning of the magic ones.
      at += Math.max(1, bytes.length - FRAME_MAGIC.length + 1);
      continue;
    }
    at += hit;
    const head = decodeFrameHead(await window.view(at, FRAME_HEAD_BYTES), 0);
    const isHere = head !== null && head.offset === at && head.segment === segment;
    if (isHere && (epoch === null || head.epoch === epoch)) return { offset: at, head };
    at += 1;
  }
  return null;
}

function indexOfMagic(bytes: Uint8Array): number {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).indexOf(FRAME_MAGIC);
}
