import { ByteWriter } from '@tickbase/base';
import type { CommitRecord, TableChange } from './commit-record.ts';
import { encodeRecord, giveBackRuns, SECTION_LOGGED, SECTION_WIRE_ONLY } from './encode-record.ts';
import { putShortRecord } from './put-short-record.ts';
import { SealedChange } from './sealed-change.ts';
import { CAPACITY_KEPT, SlackGauge } from './slack-gauge.ts';
import type { Table } from './table.ts';

/** Makes the commit record of each tick. One record object serves all ticks: it is valid until the next seal. */
export class Sealer {
  readonly #all: readonly SealedChange[];
  readonly #record = new SealedRecord();

  constructor(tables: readonly Table[]) {
    this.#all = tables.map((table) => new SealedChange(table));
  }

  seal(tick: number, timestampUs: number): CommitRecord {
    const record = this.#record;
    record.reset(tick, timestampUs);
    giveBackRuns();
    const all = this.#all;
    for (let i = 0; i < all.length; i++) {
      const change = all[i]!;
      const { changes, sequences, whole } = change.table;
      change.giveBackSlack();
      change.count = 0;
      if (changes.count === 0 && sequences.length === 0 && !whole.isUnsettled) continue;
      if (change.seal()) record.add(change);
    }
    return record;
  }
}

/** The sections are encoded when first asked for: what they hold stands still until the next tick begins. */
class SealedRecord implements CommitRecord {
  tick = 0;
  timestampUs = 0;
  isLogEmpty = true;
  readonly tables: TableChange[] = [];
  readonly #sealed: SealedChange[] = [];
  #logged = new ByteWriter(BYTES_FIRST);
  #wireOnly = new ByteWriter(BYTES_FIRST);
  /** By length, views of the memory `#viewed` that were asked for: to make one costs about as much as to encode a short record. */
  readonly #loggedViews = new Array<Uint8Array | undefined>(VIEWS_KEPT).fill(undefined);
  #viewed: Uint8Array | null = null;
  /** Memory that short records are put into, and a view of it that is of the store's context: the engine inlines the methods of those alone. */
  #into: Uint8Array = new Uint8Array(0);
  #intoData: DataView = new DataView(this.#into.buffer);
  readonly #loggedSlack = new SlackGauge();
  readonly #wireOnlySlack = new SlackGauge();

  reset(tick: number, timestampUs: number): void {
    this.tick = tick;
    this.timestampUs = timestampUs;
    this.isLogEmpty = true;
    // `length = 0` would give the arrays' memory back, to be asked for again by the same tick.
    while (this.tables.length > 0) this.tables.pop();
    while (this.#sealed.length > 0) this.#sealed.pop();
    this.#logged = emptied(this.#logged, this.#loggedSlack);
    this.#wireOnly = emptied(this.#wireOnly, this.#wireOnlySlack);
  }

  add(change: SealedChange): void {
    this.#sealed.push(change);
    if (change.count > 0) this.tables.push(change);
    if (change.isLogged) this.isLogEmpty = false;
  }

  logged(): Uint8Array {
    const logged = this.#logged;
    if (!this.isLogEmpty && logged.length === 0) encodeRecord(logged, this, this.#sealed, SECTION_LOGGED);
    const { length } = logged;
    if (length >= VIEWS_KEPT) return logged.view();
    if (this.#viewed !== logged.bytes) {
      this.#viewed = logged.bytes;
      this.#loggedViews.fill(undefined);
    }
    return (this.#loggedViews[length] ??= logged.view());
  }

  putLogged(bytes: Uint8Array, at: number): number {
    if (this.isLogEmpty) return -1;
    if (bytes !== this.#into) {
      this.#into = bytes;
      this.#intoData = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    }
    return putShortRecord(bytes, this.#intoData, at, this.tick, this.timestampUs, this.#sealed);
  }

  wireOnly(): Uint8Array {
    if (this.#wireOnly.length === 0) encodeRecord(this.#wireOnly, this, this.#sealed, SECTION_WIRE_ONLY);
    return this.#wireOnly.view();
  }
}

const BYTES_FIRST = 1024;
/** Records of a single call are shorter. */
const VIEWS_KEPT = 256;

function emptied(writer: ByteWriter, slack: SlackGauge): ByteWriter {
  if (writer.bytes.length > CAPACITY_KEPT && slack.isSlack(writer.length, writer.bytes.length))
    return new ByteWriter(BYTES_FIRST);
  writer.reset();
  return writer;
}
