import { ByteWriter } from '@tickbase/base';
import { encodePiece, wireSchemaOf, type PieceSource, type WireTable } from '@tickbase/protocol';
import { ownSources, type Plan, withOwnTables } from '@tickbase/schema/plan';
import { emptySource, PieceJobReader } from '../interest/index.ts';
import { Replica } from '../store/index.ts';

/** What a worker does, without its thread: follows a world's records, and encodes the pieces that it is given as jobs. */
export class JobEncoder {
  readonly replica: Replica;
  /** The pieces of the last `encode`, one after another. */
  readonly bytes = new ByteWriter(65_536);
  /** u32[2 * count]: by job the number of its page, and where its piece ends. */
  ends = new Uint32Array(256);
  count = 0;
  readonly #source: PieceSource = emptySource(64);
  readonly #reader: PieceJobReader;
  /** By position behind the plan's own tables: what owners alone get of a table. */
  readonly #owned: readonly { readonly position: number; readonly columns: readonly number[] }[];
  /** By position; null: private. */
  readonly #wires: readonly (WireTable | null)[];

  constructor(plan: Plan) {
    this.replica = new Replica(plan);
    const { tables } = wireSchemaOf(plan);
    this.#wires = withOwnTables(plan).tables.map(({ id }) => tables.find((wire) => wire.id === id) ?? null);
    this.#owned = plan.tables.flatMap((table, position) =>
      table.own === undefined ? [] : [{ position, columns: ownSources(table) }],
    );
    this.#reader = new PieceJobReader(this.#source, (position) => this.#open(position));
  }

  /** Encodes the jobs of the last record, see PieceJobs. */
  encode(words: Uint32Array, length: number): void {
    this.bytes.reset();
    this.count = 0;
    this.#reader.begin(words, length);
    while (this.#reader.next()) {
      encodePiece(this.bytes, this.#source);
      if (this.ends.length < 2 * this.count + 2) this.#growEnds();
      this.ends[2 * this.count] = this.#reader.pageNumber;
      this.ends[2 * this.count + 1] = this.bytes.length;
      this.count++;
    }
  }

  #open(position: number): void {
    const { tables } = this.replica;
    const source = this.#source;
    source.table = this.#wires[position]!;
    const owned = this.#owned[position - tables.length];
    const table = tables[owned?.position ?? position]!;
    source.columns = (owned?.columns ?? [...table.columns.keys()]).map((column) => table.columns[column]!.data);
    source.maskWords = Math.ceil(source.columns.length / 32);
  }

  #growEnds(): void {
    const longer = new Uint32Array(this.ends.length * 2);
    longer.set(this.ends);
    this.ends = longer;
  }
}
