/**
 * 'connecting': the first handshake is under way. 'live': what the server does arrives. 'resuming': the link dropped, the
 * cache stays as it is, and the client is on its way back. 'closed': the end.
 */
export type ConnectionState = 'connecting' | 'live' | 'resuming' | 'closed';
