/** Kinds of entries from the tick's thread to a socket thread. */

/** Bytes of a message of this socket; the message goes on in the next entry of the socket when extra is 1. */
export const SEND = 1;
/** Extra: the close code; the bytes: the reason. */
export const CLOSE = 2;
/** The tick's thread has seen the socket's end: its number may be given again. */
export const RELEASE = 3;
/** Is sent back as it is, when all before it has been done. */
export const MARK = 4;

/** Kinds of entries back. */

/** The bytes: the address. */
export const OPENED = 1;
/** Extra: 1: binary. */
export const MESSAGE = 2;
/** Extra: 1: clean. */
export const CLOSED = 3;
/** The bytes: f64, `monotonicMs` of when it was done. */
export const MARKED = 4;

/** Of the words that say what the kernel has not taken: how many sockets have such bytes, then the bytes of each by its number. */
export const BACKLOG_COUNT = 0;
export const BACKLOGS = 1;
/** Of one thread. */
export const SOCKETS_MAX = 65_536;
