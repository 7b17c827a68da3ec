import { shape } from '../flatbuffers/table-shape.ts';

/** Tables of client.fbs; field ids are places. */
export const CLIENT_MESSAGE = shape('d', 'w');
export const ITEM = shape('b', 'w');
export const HELLO = shape('w', 'w', 'b', 'w', 'w', 'w', 'w');
export const RESUME = shape('w', [16, 8], 'w', 'd');
export const CALL = shape('w', 'w', 'w');
export const SUBSCRIBE = shape('w', 'w');
export const UNSUBSCRIBE = shape('w');
export const ONE_OFF_QUERY = shape('w', 'w');
export const GOODBYE = shape();

/** Tags of the union ItemBody. */
export const BODY_HELLO = 1;
export const BODY_CALL = 2;
export const BODY_SUBSCRIBE = 3;
export const BODY_UNSUBSCRIBE = 4;
export const BODY_ONE_OFF_QUERY = 5;
export const BODY_GOODBYE = 6;
