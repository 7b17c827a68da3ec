import type { FinishedRun, Search } from '../load-runs.ts';
import type { LoadReport } from '../load-report.ts';
import type { SeriesPoint } from '../series.ts';
import { type ChartLine, lineChart } from './line-chart.ts';

const MEASURED = 'measuring';

/** The plots of one run over its time, as SVG. */
export function runCharts({ report, series }: Pick<FinishedRun, 'report' | 'series'>): string[] {
  const measured = series.filter(({ phase }) => phase === MEASURED);
  const marked =
    measured.length === 0 ? null : { from: measured[0]!.atS - 1, to: measured.at(-1)!.atS, name: 'measured' };
  const line = (name: string, of: (point: SeriesPoint) => number | null | undefined): ChartLine => ({
    name,
    points: series.map((point) => [point.atS, of(point) ?? null]),
  });
  const chart = (title: string, unit: string, lines: readonly ChartLine[]): string =>
    lineChart({ title, unit, xName: 'seconds', lines, marked });
  const clients = report.bots - report.slowReaders;
  const perClient = (point: SeriesPoint): number => point.bytes / Math.max(1, Math.min(clients, point.joined));
  return [
    chart('Tick, from its due time to its last frame', 'ms', [
      line('median', (point) => point.tickP50Ms),
      line('longest', (point) => point.tickMaxMs), // of twenty ticks, p99 is no other
    ]),
    chart('Frame, from the begin of the tick to the bot', 'ms', [
      line('median', (point) => point.frameP50Ms),
      line('p99', (point) => point.frameP99Ms),
    ]),
    chart('Call, from its send to its result', 'ms', [
      line('median', (point) => point.callP50Ms),
      line('p99', (point) => point.callP99Ms),
    ]),
    chart('Bytes sent', 'a client and second', [line('bytes', perClient)]),
    chart('Messages', 'a second, all clients', [
      line('frames', ({ frames }) => frames),
      line('calls', ({ calls }) => calls),
    ]),
    chart('Bots in the world', 'bots', [line('joined', ({ joined }) => joined)]),
    chart('Processor of the server', '% of one core', [line('server', (point) => point.cpuPercent)]),
    chart('Memory of the server', 'MB', [line('resident', (point) => point.rssMb)]),
  ];
}

/** The plots of a search over the number of players, of the last run of each number. */
export function searchCharts(runs: readonly FinishedRun[], { p99Ms }: Search): string[] {
  const reports = [...new Map(runs.map(({ report }) => [report.bots, report])).values()].sort(
    (a, b) => a.bots - b.bots,
  );
  const line = (name: string, of: (report: LoadReport) => number | null): ChartLine => ({
    name,
    points: reports.map((report) => [report.bots, of(report)]),
  });
  return [
    overPlayers(
      'Tick, from its due time to its last frame',
      'ms',
      [line('median', ({ tickP50Ms }) => tickP50Ms), line('p99', ({ tickP99Ms }) => tickP99Ms)],
      { y: p99Ms, name: `aim: ${p99Ms} ms` },
    ),
    overPlayers('Frame, from the begin of the tick to the bot', 'ms', [
      line('median', ({ frameP50Ms }) => frameP50Ms),
      line('p99', ({ frameP99Ms }) => frameP99Ms),
    ]),
    overPlayers('Call, from its send to its result', 'ms', [
      line('median', ({ callP50Ms }) => callP50Ms),
      line('p99', ({ callP99Ms }) => callP99Ms),
    ]),
    overPlayers('Bytes sent', 'a client and second', [line('bytes', (report) => report.bytesPerClientPerSecond)]),
    overPlayers('Processor of the server', '% of one core', [
      line('server', ({ serverCpuPercent }) => serverCpuPercent),
    ]),
    overPlayers('Memory of the server', 'MB', [line('resident', ({ serverRssMb }) => serverRssMb)]),
  ];
}

function overPlayers(
  title: string,
  unit: string,
  lines: readonly ChartLine[],
  limit?: { readonly y: number; readonly name: string },
): string {
  return lineChart({ title, unit, xName: 'players', lines, marked: null, hasDots: true, ...(limit && { limit }) });
}
