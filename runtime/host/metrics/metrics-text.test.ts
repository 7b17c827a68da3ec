import { expect, test } from 'vitest';
import { MetricsText } from './metrics-text.ts';

test('each figure has its help, its type and a line a series; labels are escaped', () => {
  const text = new MetricsText();
  text.counter('calls_total', 'Calls.', [
    { labels: { name: 'a "b"\\c\nd', outcome: 'ok' }, value: 7 },
    { labels: { name: 'pay', outcome: 'ok' }, value: 0 },
  ]);
  text.gauge('rows', 'Rows.', 2.5);
  expect(text.toString()).toBe(`# HELP calls_total Calls.
# TYPE calls_total counter
calls_total{name="a \\"b\\"\\\\c\\nd",outcome="ok"} 7
calls_total{name="pay",outcome="ok"} 0
# HELP rows Rows.
# TYPE rows gauge
rows 2.5
`);
});

test('a histogram counts what lies at or below each bound', () => {
  const text = new MetricsText();
  text.histogram('took_seconds', 'Time.', [0.1, 0.5], [3, 4, 5], 8.25);
  expect(text.toString()).toBe(`# HELP took_seconds Time.
# TYPE took_seconds histogram
took_seconds_bucket{le="0.1"} 3
took_seconds_bucket{le="0.5"} 7
took_seconds_bucket{le="+Inf"} 12
took_seconds_sum 8.25
took_seconds_count 12
`);
});
