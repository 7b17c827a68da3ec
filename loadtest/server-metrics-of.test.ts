import { expect, test } from 'vitest';
import { parseMetrics } from './server-metrics-of.ts';

test('figures are added up by name, and comments passed over', () => {
  const text = [
    '# HELP tickbase_clients Clients {live}.',
    '# TYPE tickbase_clients gauge',
    'tickbase_clients 7',
    'tickbase_refusals_total{code="SENDER_ERROR"} 3',
    'tickbase_refusals_total{code="a } b"} 2.5e1',
    '',
  ].join('\n');
  expect([...parseMetrics(text)]).toEqual([
    ['tickbase_clients', 7],
    ['tickbase_refusals_total', 28],
  ]);
});
