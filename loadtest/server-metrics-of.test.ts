import { expect, test } from 'vitest';
import { ServerMetrics } from './server-metrics-of.ts';

test('figures are added up by name, and comments passed over', () => {
  const metrics = new ServerMetrics(
    [
      '# HELP tickbase_clients Clients {live}.',
      '# TYPE tickbase_clients gauge',
      'tickbase_clients 7',
      'tickbase_refusals_total{code="SENDER_ERROR"} 3',
      'tickbase_refusals_total{code="a } b"} 2.5e1',
      '',
    ].join('\n'),
  );
  expect(metrics.get('tickbase_clients')).toBe(7);
  expect(metrics.get('tickbase_refusals_total')).toBe(28);
  expect(metrics.get('HELP')).toBe(0);
  expect(metrics.buckets('tickbase_clients')).toEqual([]);
});

test('a histogram has its buckets by their bounds', () => {
  const metrics = new ServerMetrics(
    ['seconds_bucket{le="0.5"} 3', 'seconds_bucket{le="1"} 5', 'seconds_bucket{le="+Inf"} 6', 'seconds_sum 4'].join(
      '\n',
    ),
  );
  expect(metrics.buckets('seconds')).toEqual([
    [0.5, 3],
    [1, 5],
    [Infinity, 6],
  ]);
  expect(metrics.get('seconds_sum')).toBe(4);
});
