import { expect, test } from 'vitest';
import { MessagePace } from './message-pace.ts';

test('two messages a millisecond since the last tick are dense, fewer are not', () => {
  const pace = new MessagePace();
  pace.note(5_000, 300); // how long these took is not known
  expect(pace.isDense).toBe(false);
  pace.note(5_100, 350);
  expect(pace.isDense).toBe(true);
  pace.note(5_199, 400);
  expect(pace.isDense).toBe(false);
});
