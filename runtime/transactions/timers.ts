import { Timestamp } from '@tickbase/schema/values';
import { ENTRY_LENGTH, readValue, type Table, UNDO_COLUMN, UNDO_INSERT, type UndoLog } from '../store/index.ts';

/**
 * The timers of a world: which row of which schedule table is due when. Derived from the tables: `arm` is told of every schedule row
 * that a transaction inserted or changed, deleted rows are found out when they come up, and `rearmAll` makes it anew.
 *
 * Policy. A row with a time is due at that time, or at once if it has passed. A row with an interval is due one interval after the
 * transaction that inserted or changed it (after a restart: after the start), then at whole intervals from there, whenever it ran: a late
 * run moves nothing. Intervals that passed in the meantime are skipped, not made up for. Order of due time, then table, then primary key.
 */
export class Timers {
  readonly #tables: readonly Table[];
  readonly #schedules: (Schedule | null)[];
  readonly #hasSchedules: boolean;
  /** A binary heap, the first due in front. */
  readonly #heap: Timer[] = [];

  constructor(tables: readonly Table[]) {
    this.#tables = tables;
    this.#schedules = tables.map((table) => {
      const { schedule } = table.plan;
      return schedule === null ? null : { column: schedule.column, armed: [] };
    });
    this.#hasSchedules = this.#schedules.some((schedule) => schedule !== null);
  }

  isSchedule(table: number): boolean {
    return this.#schedules[table] !== null;
  }

  /** Arms a live row of a schedule table as of `nowUs`, in place of what it was armed for. */
  arm(tablePosition: number, slot: number, nowUs: number): void {
    const schedule = this.#schedules[tablePosition]!;
    const at = this.scheduleAt(tablePosition, slot);
    const intervalUs = at.tag === 'Interval' ? Math.max(1, Number(at.value.micros)) : 0;
    const dueUs = at.tag === 'Interval' ? nowUs + intervalUs : Number(at.value.microsSinceUnixEpoch);
    const timer: Timer = { dueUs, intervalUs, table: tablePosition, slot, key: this.#keyOf(tablePosition, slot) };
    schedule.armed[slot] = timer;
    this.#push(timer);
  }

  /** Arms the schedule rows that a transaction has inserted, and those whose time it has changed. Most transactions write no such table. */
  armWritten(undo: UndoLog, timestampUs: number): void {
    if (!this.#hasSchedules) return;
    for (let i = 0; i < undo.tables.length; i++) {
      if (!this.isSchedule(undo.tables[i]!)) continue;
      this.#armEntries(undo, timestampUs);
      return;
    }
  }

  rearmAll(nowUs: number): void {
    this.#heap.length = 0;
    for (const [position, schedule] of this.#schedules.entries()) {
      if (schedule === null) continue;
      schedule.armed.length = 0;
      const table = this.#tables[position]!;
      for (let slot = 0; slot < table.slotCount; slot++) if (table.live[slot] === 1) this.arm(position, slot, nowUs);
    }
  }

  /** What is armed, four numbers each: table position, slot, when it is due, interval (both in microseconds, 0: once). */
  armed(): Float64Array {
    const numbers: number[] = [];
    for (const [position, schedule] of this.#schedules.entries()) {
      const { live } = this.#tables[position]!;
      for (const timer of schedule?.armed ?? []) {
        if (timer !== undefined && live[timer.slot] === 1)
          numbers.push(position, timer.slot, timer.dueUs, timer.intervalUs);
      }
    }
    return Float64Array.from(numbers);
  }

  /** An interval of a row that is armed goes on as in the world before this one. */
  goOn(tablePosition: number, slot: number, dueUs: number, intervalUs: number): void {
    const { armed } = this.#schedules[tablePosition]!;
    const now = armed[slot];
    if (now === undefined || now.intervalUs !== intervalUs || intervalUs === 0) return;
    const timer: Timer = { ...now, dueUs };
    armed[slot] = timer;
    this.#push(timer);
  }

  /** After a forced stop: what `armed` says is truth, the heap is made from it. Rows that seem dead may come back by the roll-back. */
  restore(): void {
    this.#heap.length = 0;
    for (const schedule of this.#schedules) {
      for (const timer of schedule?.armed ?? []) if (timer !== undefined) this.#push(timer);
    }
  }

  /** A timer that was taken, but did not run, is due as before. */
  putBack(timer: Timer): void {
    this.#schedules[timer.table]!.armed[timer.slot] = timer;
    this.#push(timer);
  }

  /** The first timer, still armed; null when there is none. */
  first(): Timer | null {
    for (;;) {
      const timer = this.#heap[0];
      if (timer === undefined) return null;
      const isArmed = this.#schedules[timer.table]!.armed[timer.slot] === timer;
      if (isArmed && this.#tables[timer.table]!.live[timer.slot] === 1) return timer;
      if (isArmed) this.#schedules[timer.table]!.armed[timer.slot] = undefined;
      this.#pop();
    }
  }

  /** Takes the first timer out; an interval is armed again for its next time after `nowUs`. */
  takeFirst(nowUs: number): void {
    const timer = this.#pop();
    const { armed } = this.#schedules[timer.table]!;
    if (timer.intervalUs === 0) {
      armed[timer.slot] = undefined;
      return;
    }
    const passed = Math.floor((nowUs - timer.dueUs) / timer.intervalUs);
    const next: Timer = { ...timer, dueUs: timer.dueUs + (passed + 1) * timer.intervalUs };
    armed[timer.slot] = next;
    this.#push(next);
  }

  scheduleAt(table: number, slot: number): ScheduleValue {
    return readValue(this.#tables[table]!.columns[this.#schedules[table]!.column]!, slot) as ScheduleValue;
  }

  #armEntries({ entries, count }: UndoLog, nowUs: number): void {
    for (let at = 0; at < count * ENTRY_LENGTH; at += ENTRY_LENGTH) {
      const position = entries[at + 1]!;
      const slot = entries[at + 2]!;
      const schedule = this.#schedules[position];
      const isArming =
        entries[at] === UNDO_INSERT || (entries[at] === UNDO_COLUMN && entries[at + 3] === schedule?.column);
      if (isArming && schedule && this.#tables[position]!.live[slot] === 1) this.arm(position, slot, nowUs);
    }
  }

  #push(timer: Timer): void {
    const heap = this.#heap;
    let at = heap.length;
    heap.push(timer);
    while (at > 0) {
      const parent = (at - 1) >>> 1;
      if (this.#compare(heap[parent]!, timer) <= 0) break;
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = timer;
  }

  #pop(): Timer {
    const heap = this.#heap;
    const first = heap[0]!;
    const last = heap.pop()!;
    if (heap.length === 0) return first;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && this.#compare(heap[child + 1]!, heap[child]!) < 0) child++;
      if (this.#compare(last, heap[child]!) <= 0) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = last;
    return first;
  }

  #compare(a: Timer, b: Timer): number {
    if (a.dueUs !== b.dueUs) return a.dueUs - b.dueUs;
    if (a.table !== b.table) return a.table - b.table;
    if (a.key !== b.key) return a.key < b.key ? -1 : 1;
    return a.slot - b.slot;
  }

  /** The primary key as far as it is a plain number or text; rows without such a key go in slot order. */
  #keyOf(tablePosition: number, slot: number): bigint | number | string {
    const table = this.#tables[tablePosition]!;
    const [first] = table.plan.primaryKey ?? [];
    const value = first === undefined ? slot : table.valueAt(first, slot);
    return typeof value === 'bigint' || typeof value === 'number' || typeof value === 'string' ? value : slot;
  }
}

export interface Timer {
  /** Microseconds since the Unix epoch. */
  readonly dueUs: number;
  /** 0: once. */
  readonly intervalUs: number;
  readonly table: number;
  readonly slot: number;
  /** Copied, as the heap keeps its order over timers whose rows are gone. */
  readonly key: bigint | number | string;
}

interface Schedule {
  readonly column: number;
  /** By slot: what the row is armed for. Other timers of the slot in the heap are void. */
  readonly armed: (Timer | undefined)[];
}

export type ScheduleValue =
  | { readonly tag: 'Interval'; readonly value: { readonly micros: bigint } }
  | { readonly tag: 'Time'; readonly value: Timestamp };
