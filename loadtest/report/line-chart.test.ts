import { expect, test } from 'vitest';
import { lineChart } from './line-chart.ts';

const chart = { title: 'Tick', unit: 'ms', xName: 'seconds', marked: null };

test('a line has a gap where there is no value, and a value alone has a dot', () => {
  const points = [
    [1, 4],
    [2, 6],
    [3, null],
    [4, 8],
    [5, null],
    [6, 2],
    [7, 2],
  ] as const;
  const svg = lineChart({ ...chart, lines: [{ name: 'p99', points }] });
  const [, path = ''] = /class="line c0" d="([^"]*)"/.exec(svg)!;
  expect(path.match(/[ML]/g)!.join('')).toBe('MLMML');
  expect(svg.match(/<circle /g)).toHaveLength(1);
  expect(svg).toContain('p99: 8 at 4');
});

test('texts of others are escaped, and a chart without a value is a chart', () => {
  const svg = lineChart({ ...chart, title: '<b>"&', lines: [{ name: 'p<1', points: [[0, null]] }] });
  expect(svg).toContain('&lt;b&gt;&quot;&amp;');
  expect(svg).not.toContain('<b>');
  expect(svg).not.toContain('NaN');
});

test('what counts has a ground of its own, and an aim a line that is within the plot', () => {
  const lines = [{ name: 'p99', points: [[10, 3] as const, [20, 5] as const] }];
  const svg = lineChart({
    ...chart,
    lines,
    marked: { from: 12, to: 99, name: 'measured' },
    limit: { y: 50, name: 'aim' },
  });
  expect(svg).toMatch(/<rect class="band" .*measured/);
  expect(svg).toMatch(/class="limit".*aim/);
  for (const [, at] of svg.matchAll(/ y\d?="([\d.-]+)"/g)) expect(Number(at)).toBeGreaterThanOrEqual(0);
});
