import { machine } from '../machine.ts';
import type { BenchRow } from './bench-row.ts';

export function printReport(bench: string, rows: readonly BenchRow[], isJson: boolean): void {
  const where = machine();
  console.log(`${bench} at ${where.commit}, Node ${where.node}, ${where.cpu}`);
  for (const row of rows) {
    const beside = Object.entries(row.beside).map(([name, value]) => `${name} ${short(value)}`);
    const ratio = row.ratio === null ? '' : `, ratio ${row.ratio.toFixed(2)}`;
    const { target } = row;
    const asked =
      target === null
        ? ''
        : 'atMost' in target
          ? `at most ${short(target.atMost)}`
          : `at least ${short(target.atLeast)}`;
    console.log(
      `  ${row.what}: ${short(row.value)} ${row.unit} (${short(row.spread[0])} to ${short(row.spread[1])})` +
        `${beside.length > 0 ? `; beside: ${beside.join(', ')}` : ''}${ratio}${asked === '' ? '' : `; to reach: ${asked}${row.met === true ? '' : ', missed'}`}`,
    );
  }
  if (isJson) console.log(JSON.stringify({ bench, ...where, rows }));
}

function short(value: number): string {
  return value >= 1000 ? Math.round(value).toLocaleString('en') : value.toPrecision(3);
}
