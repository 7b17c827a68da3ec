/** A transaction ends with its function: what would go on later is refused, as are all other things to wait for. */
export function refusePromise(result: unknown): void {
  if (typeof result !== 'object' || result === null) return;
  if (!('then' in result) || typeof result.then !== 'function') return;
  throw new Error(
    'a reducer, system or hook returned a promise: the database is synchronous, leave out async and await',
  );
}
