import { ByteWriter } from '@tickbase/base';
import { OwnRows } from '@tickbase/protocol';
import type { ViewerFrame } from './viewers-port.ts';

/** A frame for `takeFrame` to fill, again and again. */
export function emptyFrame(): ViewerFrame {
  return {
    watches: [],
    pieces: new ByteWriter(),
    pieceCount: 0,
    unwatches: [],
    applied: [],
    ended: [],
    ownRows: new OwnRows(),
    isAreaReady: false,
  };
}
