import { assert } from '@tickbase/base';
import { shownTable } from '@tickbase/schema/plan';
import { objectOf } from './object-of.ts';
import type { AppliedFrame, TableMirror } from './table-mirror.ts';
import { valueText } from './value-text.ts';
import type { WalkCoverage } from './walk-coverage.ts';

/**
 * Throws unless each event that the client could see since its last frame has come or was counted as missed: once, in the order of
 * the ticks, and no other.
 */
export function checkEvents(
  frame: AppliedFrame,
  mirror: TableMirror,
  limits: { readonly coverage: WalkCoverage; readonly eventsKeptMax: number },
): void {
  const { truth, view } = frame;
  const { coverage, eventsKeptMax } = limits;
  const to = frame.moment.tick;
  const from = frame.before?.tick ?? to;
  const { position } = mirror.table;
  const plan = shownTable(mirror.table.plan);
  const { rows, missedCount } = mirror.takeEvents();
  if (rows.length === 0 && missedCount === 0 && !truth.hasEvents(position, from, to)) return;
  const questions = truth.questionsOf(view, position);
  const serialColumn = plan.columns.findIndex(({ accessor }) => accessor === 'serial');
  const got = new Map(rows.map((row) => [row['serial'] as number, row]));
  assert(got.size === rows.length, `an event of ${plan.name} came twice`);
  const order = rows.map((row) => row['serial'] as number);
  let mustCount = 0;
  let mustGot = 0;
  let totalCount = 0;
  let lastPlace = -1;
  for (const moment of truth.between(from, to)) {
    const places: number[] = [];
    for (const { row, cell } of moment.events.get(position) ?? []) {
      totalCount++;
      const serial = row.values[serialColumn] as number;
      const held = got.get(serial);
      const seeing = questions.filter((question) => truth.isSeenBy(question, row.seen, cell, view));
      if (held !== undefined) {
        got.delete(serial);
        assert(seeing.length > 0, `event ${serial} of ${plan.name} is not for this client`);
        places.push(order.indexOf(serial));
        const [expected, actual] = [objectOf(plan, row.seen.values), held].map((values) =>
          valueText(plan.columns.map(({ accessor }) => values[accessor])),
        );
        assert(expected === actual, `event ${serial} of ${plan.name}: expected ${expected}, actual ${actual}`);
      }
      const isDue = seeing.some(({ area, number }) => {
        const since = view.sets.filter(({ questions: own }) => own.some((one) => one.number === number));
        const sinceTick = Math.min(...since.map((set) => set.sinceTick));
        const heldTick = area === null ? -1 : view.areas.get(area.key)!.heldSince.get(cell!)!;
        return Math.max(sinceTick, heldTick) < moment.tick;
      });
      if (!isDue) continue;
      mustCount++;
      if (held !== undefined) mustGot++;
    }
    assert(
      places.every((place) => place > lastPlace),
      `events of ${plan.name} come in the order of their ticks`,
    );
    lastPlace = Math.max(lastPlace, ...places);
  }
  assert(got.size === 0, `events ${[...got.keys()].join(', ')} of ${plan.name} are not new, or were never made`);
  assert(
    mustGot + missedCount >= mustCount,
    `${mustCount} events of ${plan.name} are due, ${mustGot} came and ${missedCount} were counted as missed`,
  );
  assert(missedCount === 0 || totalCount > eventsKeptMax, `${missedCount} events of ${plan.name} are missed in vain`);
  coverage.events += rows.length;
  coverage.eventsMissed += missedCount;
}
