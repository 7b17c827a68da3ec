/** A function that stops the thread it is called on for so many milliseconds, to some hundredths; the event loop stands still meanwhile. */
export function napper(): (ms: number) => void {
  const never = new Int32Array(new SharedArrayBuffer(4));
  return (ms) => void Atomics.wait(never, 0, 0, ms);
}
