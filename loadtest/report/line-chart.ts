import { axisSteps } from './axis-steps.ts';
import { escapeHtml } from './escape-html.ts';

/** A plot of some lines over one axis. */
export interface LineChart {
  readonly title: string;
  /** Of the values, for the title: 'ms', 'MB'. */
  readonly unit: string;
  /** Under the lower axis. */
  readonly xName: string;
  readonly lines: readonly ChartLine[];
  /** The part that counts, drawn with a ground of its own; null: all of it. */
  readonly marked: { readonly from: number; readonly to: number; readonly name: string } | null;
  /** A line across: what is aimed at. */
  readonly limit?: { readonly y: number; readonly name: string };
  /** Every value has a dot: for few. */
  readonly hasDots?: boolean;
}

export interface ChartLine {
  readonly name: string;
  /** By x, ascending. Null: no value here, and the line has a gap. */
  readonly points: readonly (readonly [x: number, y: number | null])[];
}

const WIDTH = 560;
const HEIGHT = 250;
const LEFT = 58;
const RIGHT = 14;
const TOP = 46;
/** Names of lines and of the marked part, above the plot. */
const NAMES_Y = 36;
const BOTTOM = 40;

/** The plot as SVG, to stand in a page that has the classes of `page-style.ts`. */
export function lineChart(chart: LineChart): string {
  const { title, unit, lines, marked, limit } = chart;
  const all = lines.flatMap(({ points }) => points);
  const values = all.flatMap(([, y]) => (y === null ? [] : [y]));
  const xs = all.map(([x]) => x);
  const xFrom = xs.length === 0 ? 0 : Math.min(...xs);
  const xTo = Math.max(xFrom + 1, ...xs);
  const yMarks = axisSteps(Math.max(0, limit?.y ?? 0, ...values));
  const yTo = yMarks.at(-1)!;
  const x = (value: number): number => LEFT + ((value - xFrom) / (xTo - xFrom)) * (WIDTH - LEFT - RIGHT);
  const y = (value: number): number => HEIGHT - BOTTOM - (value / yTo) * (HEIGHT - TOP - BOTTOM);
  const xMarks = marksBetween(xFrom, xTo);
  const label = `${title}, ${unit}: ${lines.map(({ name }) => name).join(', ')}`;
  return [
    `<svg class="chart" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escapeHtml(label)}">`,
    `<text class="title" x="${LEFT}" y="18">${escapeHtml(title)}<tspan class="unit"> ${escapeHtml(unit)}</tspan></text>`,
    marked === null ? '' : band(marked, x),
    ...yMarks.map((mark) => yMark(mark, y(mark))),
    ...xMarks.map(
      (mark) =>
        `<text class="mark" x="${px(x(mark))}" y="${HEIGHT - BOTTOM + 16}" text-anchor="middle">${short(mark)}</text>`,
    ),
    `<text class="mark" x="${WIDTH - RIGHT}" y="${HEIGHT - 6}" text-anchor="end">${escapeHtml(chart.xName)}</text>`,
    ...(limit === undefined ? [] : [limitLine(limit, y(limit.y))]),
    ...lines.map((line, i) => drawn(line, i, x, y, chart.hasDots === true)),
    legend(lines),
    '</svg>',
  ].join('');
}

/** Round numbers from `from` to `to`. */
function marksBetween(from: number, to: number): number[] {
  const step = axisSteps(to - from)[1]!;
  const first = Math.ceil(from / step);
  const count = Math.floor(to / step) - first + 1;
  return Array.from({ length: count }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

function band({ from, to, name }: NonNullable<LineChart['marked']>, x: (value: number) => number): string {
  const [left, right] = [Math.max(LEFT, x(from)), Math.min(WIDTH - RIGHT, x(to))];
  if (right <= left) return '';
  const area = `<rect class="band" x="${px(left)}" y="${TOP}" width="${px(right - left)}" height="${HEIGHT - TOP - BOTTOM}"/>`;
  return `${area}<text class="mark" x="${px(right)}" y="${NAMES_Y}" text-anchor="end">${escapeHtml(name)}</text>`;
}

function yMark(mark: number, at: number): string {
  const line = `<line class="grid" x1="${LEFT}" y1="${px(at)}" x2="${WIDTH - RIGHT}" y2="${px(at)}"/>`;
  return `${line}<text class="mark" x="${LEFT - 6}" y="${px(at + 3.5)}" text-anchor="end">${short(mark)}</text>`;
}

function limitLine({ name }: { readonly name: string }, at: number): string {
  const line = `<line class="limit" x1="${LEFT}" y1="${px(at)}" x2="${WIDTH - RIGHT}" y2="${px(at)}"/>`;
  return `${line}<text class="mark" x="${WIDTH - RIGHT - 4}" y="${px(at - 4)}" text-anchor="end">${escapeHtml(name)}</text>`;
}

function drawn(
  { name, points }: ChartLine,
  place: number,
  x: (value: number) => number,
  y: (value: number) => number,
  hasDots: boolean,
): string {
  let path = '';
  let isGap = true;
  const dots: string[] = [];
  points.forEach(([at, value], i) => {
    if (value === null) {
      isGap = true;
      return;
    }
    path += `${isGap ? 'M' : 'L'}${px(x(at))} ${px(y(value))}`;
    // A value without neighbours would be a line without length.
    const isAlone = (points[i - 1]?.[1] ?? null) === null && (points[i + 1]?.[1] ?? null) === null;
    if (hasDots || isAlone) {
      const told = `<title>${escapeHtml(`${name}: ${short(value)} at ${short(at)}`)}</title>`;
      dots.push(`<circle class="dot c${place}" cx="${px(x(at))}" cy="${px(y(value))}" r="3">${told}</circle>`);
    }
    isGap = false;
  });
  return `<path class="line c${place}" d="${path}"><title>${escapeHtml(name)}</title></path>${dots.join('')}`;
}

function legend(lines: readonly ChartLine[]): string {
  let left = LEFT;
  return lines
    .map(({ name }, i) => {
      const key = `<rect class="key c${i}" x="${left}" y="27" width="10" height="10" rx="2"/>`;
      const text = `<text class="mark" x="${left + 14}" y="${NAMES_Y}">${escapeHtml(name)}</text>`;
      left += 26 + 6.2 * name.length;
      return key + text;
    })
    .join('');
}

function px(value: number): string {
  return String(Math.round(value * 10) / 10);
}

function short(value: number): string {
  if (Math.abs(value) >= 1e6) return `${Number((value / 1e6).toPrecision(3))} M`;
  if (Math.abs(value) >= 10_000) return `${Number((value / 1e3).toPrecision(3))} k`;
  return String(Number(value.toPrecision(4)));
}
