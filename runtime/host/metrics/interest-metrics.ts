import { type Plan, shownTable, withOwnTables } from '@tickbase/schema/plan';
import type { Gateway } from '../../gateway/index.ts';
import { AGE_BUCKETS, type InterestFigures, RINGS_MAX } from '../../interest/index.ts';
import type { MetricsText, Sample } from './metrics-text.ts';

/** What clients are sent of tables: by table, what had to wait, and how long. */
export function addInterest(text: MetricsText, plan: Plan, figures: InterestFigures, gateway: Gateway): void {
  const { tables } = withOwnTables(plan);
  const { counters } = figures;
  const bytes = ofPublic(tables, (position) => counters.tableBytes[position]!);
  text.counter('tickbase_piece_bytes_total', 'Bytes of pieces to clients, by table; ordinary frames by sample.', bytes);
  text.counter('tickbase_encoded_bytes_total', ENCODED_HELP, encodedBytes(tables, counters.columnBytes));
  text.counter(
    'tickbase_pieces_skipped_total',
    'Pieces that a budget had no room for in their tick.',
    counters.piecesSkipped,
  );
  text.counter(
    'tickbase_pieces_merged_total',
    'Pieces that brought at once what several ticks had changed.',
    counters.piecesMerged,
  );
  text.counter('tickbase_frames_cut_total', 'Frames that did not hold all that was due.', counters.framesCut);
  text.counter('tickbase_late_pieces_total', LATE_HELP, latePieces(counters.ages));
  text.counter('tickbase_first_copies_total', 'First copies of pages that were encoded.', figures.firstCopyCount);
  text.gauge(
    'tickbase_first_copies_waiting',
    'Partitions of which clients wait for a first copy.',
    figures.waitingCount,
  );
  text.gauge('tickbase_clients_cut', 'Clients of whose area something waits for the budget.', figures.unevenCount);
  text.gauge(
    'tickbase_clients_slow_link',
    'Clients that are sent less because their link carries no more.',
    gateway.slowLinkCount,
  );
  addWatched(text, tables, figures);
}

/** What is watched of each public table. */
function addWatched(text: MetricsText, tables: Plan['tables'], { watched, keySetCount }: InterestFigures): void {
  const each = (valueOf: (figures: InterestFigures['watched'][number]) => number): Sample[] =>
    ofPublic(tables, (position) => valueOf(watched[position]!));
  text.gauge(
    'tickbase_watched_rules',
    'Rules of queries that each changed row is looked at for.',
    each(({ ruleCount }) => ruleCount),
  );
  text.gauge(
    'tickbase_watched_partitions',
    'Partitions that some client watches.',
    each(({ partitionCount }) => partitionCount),
  );
  text.gauge(
    'tickbase_range_rows',
    'Rows in ranges of queries, each counted once for every range.',
    each(({ rangeRowCount }) => rangeRowCount),
  );
  text.gauge('tickbase_key_sets', 'Sets of keys that are kept for joins and for what visibleTo looks up.', keySetCount);
}

function ofPublic(tables: Plan['tables'], valueAt: (position: number) => number): Sample[] {
  return tables.flatMap(({ name, isPublic }, position) =>
    isPublic ? [{ labels: { table: name }, value: valueAt(position) }] : [],
  );
}

const ENCODED_HELP =
  'Bytes of pieces as they are encoded, once for all who get them, by table and column; (names): names, slots and heads.';

/** No column is called that. */
const NAMES = '(names)';

function encodedBytes(tables: Plan['tables'], columnBytes: readonly Float64Array[]): Sample[] {
  return tables.flatMap((plan, position) => {
    const { name: table, isPublic, columns } = shownTable(plan);
    if (!isPublic) return [];
    const bytes = columnBytes[position]!;
    const ofColumns = columns.map(({ name: column }, place) => ({ labels: { table, column }, value: bytes[place]! }));
    const rest = ofColumns.reduce((left, { value }) => left - value, bytes[columns.length]!);
    return [...ofColumns, { labels: { table, column: NAMES }, value: rest }];
  });
}

const LATE_HELP =
  'Pieces of frames that were put together page by page, by ring and by the ticks that their oldest change had waited, rounded down.';

function latePieces(ages: Float64Array): Sample[] {
  const samples: Sample[] = [];
  for (let ring = 1; ring < RINGS_MAX; ring++) {
    for (let bucket = 0; bucket < AGE_BUCKETS; bucket++) {
      const value = ages[ring * AGE_BUCKETS + bucket]!;
      // Most combinations never come about.
      if (value > 0) samples.push({ labels: { ring: String(ring), ticks: String(2 ** bucket) }, value });
    }
  }
  return samples;
}
