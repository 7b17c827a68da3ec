import { expect, test } from 'vitest';
import { serverLog } from './server-log.ts';

function lines(isForPeople: boolean): { log: ReturnType<typeof serverLog>; written: string[] } {
  const written: string[] = [];
  return { log: serverLog({ isForPeople, write: (text) => written.push(text) }), written };
}

test('a machine gets one JSON object a line', () => {
  const { log, written } = lines(false);
  log.warn({ origin: 'pay', sender: 'c0ffee' }, 'purse is empty');
  expect(JSON.parse(written[0]!)).toMatchObject({ level: 40, origin: 'pay', sender: 'c0ffee', msg: 'purse is empty' });
  expect(written[0]!.endsWith('\n')).toBe(true);
});

test('a person gets a readable line, with the stack of an error below it', () => {
  const { log, written } = lines(true);
  log.info({ port: 4017, reason: 'two words' }, 'listening');
  log.error({ err: new RangeError('too far') }, 'a fault');
  expect(written[0]).toMatch(/^\d\d:\d\d:\d\d\.\d{3} info {2}listening port=4017 reason="two words"\n$/);
  expect(written[1]).toMatch(/error a fault\n {4}RangeError: too far\n {8}at /);
});
