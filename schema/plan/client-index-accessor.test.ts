import { expect, test } from 'vitest';
import { clientIndexAccessor } from './client-index-accessor.ts';

test('an index that is called like a member of a client’s table handle gets a dollar sign', () => {
  for (const name of ['count', 'iter', 'cells', 'onInsert', 'removeOnMissed'])
    expect(clientIndexAccessor(name)).toBe(`$${name}`);
  for (const name of ['owner', 'byRow']) expect(clientIndexAccessor(name)).toBe(name);
});
