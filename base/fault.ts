/** A bug of ours. Only the host catches it: the open transaction is dropped and the process stops. */
export class Fault extends Error {
  override readonly name = 'Fault';
}
