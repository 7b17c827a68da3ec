import { Prng } from '@tickbase/base';
import { schema, t, table } from '@tickbase/schema';
import { assignIds, derivePlan, type Plan } from '@tickbase/schema/plan';
import { parseSql } from '@tickbase/schema/query';
import { Identity } from '@tickbase/schema/values';
import { type AreaSource, DiffBuilder, emptyFrame } from '../../runtime/interest/index.ts';
import {
  createTables,
  INTEREST_NONE,
  Sealer,
  STATE_OPEN,
  type Table,
  UndoLog,
  writeValue,
} from '../../runtime/store/index.ts';
import { cpuMs } from './alternate.ts';

const WARES = 20_000;
export const PRICE_MAX = 1_000_000;
const GUILDS = 2000;

/** A market: wares with an owner, a price, a guild that may see them; members of guilds. */
function marketPlan(): Plan {
  const member = table({ public: true }, { identity: t.identity().primaryKey(), guild: t.u32().index() });
  const columns = {
    id: t.u32().primaryKey(),
    owner: t.identity().index(),
    price: t.u32().index('btree'),
    guild: t.u32().index(),
    text: t.string(),
  };
  const ware = table({ public: true }, columns);
  const secret = table(
    { public: true, visibleTo: { column: 'guild', through: () => member, sender: 'identity' } },
    columns,
  );
  const { plan } = derivePlan({ default: schema({ member, ware, secret }, { tickRate: 20 }) });
  return assignIds(plan, { ...plan, tables: [], reducers: [], nextIds: { table: 1, reducer: 1 } });
}

/**
 * The diff builder over real tables, and clients without links: what queries cost where nothing else does. The n-th client owns
 * the wares n, n + clients, … and is in the guild n modulo GUILDS.
 */
export class QueriesWorld {
  readonly #plan = marketPlan();
  readonly #undo = new UndoLog();
  readonly #tables: readonly Table[];
  readonly #sealer: Sealer;
  readonly #views: DiffBuilder;
  readonly #prng = new Prng(4711);
  readonly #frame = emptyFrame();
  #tick = 0;

  /** `queryOf`: the SQL of the n-th client. */
  constructor(people: number, clients: number, queryOf: (client: number) => string) {
    this.#tables = createTables(this.#plan, this.#undo, 201);
    this.#sealer = new Sealer(this.#tables);
    this.#views = new DiffBuilder(this.#plan, this.#tables, NO_AREA);
    this.#inTick(() => {
      for (let n = 0; n < people; n++) this.#insert(0, [identityOf(n), n % GUILDS]);
      for (let id = 0; id < WARES; id++) {
        const row = [
          id,
          identityOf(id % people),
          this.#prng.int(0, PRICE_MAX - 1),
          id % GUILDS,
          'a ware of the market',
        ];
        this.#insert(1, row);
        this.#insert(2, row);
      }
    });
    for (let n = 0; n < clients; n++) {
      const id = this.#views.add(identityOf(n).__identity__, 0);
      const refusal = this.#views.subscribe(id, 1, [parseSql(queryOf(n), this.#plan)]);
      if (refusal !== null) throw new Error(refusal.message);
    }
    this.#takeFrames();
  }

  /** Processor time of a tick in which rows of a table get other prices: what they change for queries, and all frames. */
  change(table: 'ware' | 'secret', rows: number): number {
    const position = table === 'ware' ? 1 : 2;
    const wares = this.#tables[position]!;
    return this.#inTick(() => {
      for (let i = 0; i < rows; i++) {
        const slot = this.#prng.int(0, WARES - 1);
        this.#undo.begin(STATE_OPEN);
        for (const [c, column] of wares.columns.entries()) {
          const value = c === 2 ? this.#prng.int(0, PRICE_MAX - 1) : wares.valueAt(c, slot);
          writeValue(column, wares.probe, value);
        }
        wares.updateFromProbe(slot);
        this.#undo.end();
      }
    });
  }

  #inTick(act: () => void): number {
    this.#tick++;
    for (const table of this.#tables) table.beginTick(this.#tick);
    act();
    const record = this.#sealer.seal(this.#tick, this.#tick * 50_000);
    const before = cpuMs();
    this.#views.begin(record);
    this.#takeFrames();
    return cpuMs() - before;
  }

  #takeFrames(): void {
    const { withNews } = this.#views;
    while (withNews.length > 0) this.#views.takeFrame(withNews.at(-1)!, this.#frame);
  }

  #insert(position: number, row: readonly unknown[]): void {
    const table = this.#tables[position]!;
    this.#undo.begin(STATE_OPEN);
    for (const [c, value] of row.entries()) writeValue(table.columns[c]!, table.probe, value);
    table.insertProbe();
    this.#undo.end();
  }
}

export function identityOf(n: number): Identity {
  return new Identity((BigInt(n + 1) << 190n) | BigInt(n * 7919));
}

const NO_AREA: AreaSource = {
  interestOf: () => INTEREST_NONE,
  centres: new Float64Array(0),
  centreRows: new Int32Array(0),
  centreCount: 0,
  reads: new Int32Array(0),
  readColumns: new Uint32Array(0),
  readCount: 0,
};
