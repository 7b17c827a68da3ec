import { assert } from '@tickbase/base';
import { wireSchemaOf } from '@tickbase/protocol';
import type { InterestPlan } from '@tickbase/schema/plan';
import type { Query } from '@tickbase/schema/query';
import { DiffBuilder, type DiffBuilderOptions } from '../diff-builder.ts';
import { emptyFrame } from '../empty-frame.ts';
import type { SubscribeRefusal, ViewerFrame, ViewerId } from '../viewers-port.ts';
import type { FakeTable } from './fake-table.ts';
import { FakeWorld } from './fake-world.ts';
import { NaiveClient } from './naive-client.ts';
import { walkPlan } from './walk-plan.ts';
import { IDENTITIES } from './walk-values.ts';

/** A viewer with its client, for tests that tell a story tick by tick. */
export interface StageViewer {
  readonly id: ViewerId;
  readonly client: NaiveClient;
  /** What the last `take` gave. */
  readonly frame: ViewerFrame;
  subscribe(querySet: number, ...queries: (string | Query)[]): SubscribeRefusal | null;
  /** Takes the frame and applies it. */
  take(): ViewerFrame;
  /** Primary keys of a table's rows in the client, ascending. */
  keys(table: string): unknown[];
}

export class Stage {
  readonly world: FakeWorld;
  /** The one that has taken over last. */
  views: DiffBuilder;

  constructor(
    radiusMax: number | null,
    options: DiffBuilderOptions = {},
    limits: Partial<InterestPlan> = {},
    tickRate = 20,
  ) {
    this.world = new FakeWorld({ ...walkPlan(radiusMax, limits), tickRate }, 0);
    this.views = new DiffBuilder(this.world.plan, this.world.tables, this.world, options);
  }

  table(name: string): FakeTable {
    return this.world.table(name);
  }

  tick(change: () => void = () => {}): void {
    this.world.beginTick();
    change();
    this.views.begin(this.world.seal());
  }

  /** A tick in which a new diff builder, as of a new module with the same tables, takes the place of the old one: viewers go on under it. */
  takeOver(change: () => void = () => {}): void {
    const { world, views } = this;
    const next = new DiffBuilder(world.plan, world.tables, world);
    world.beginTick();
    change();
    next.begin(world.seal());
    const lost = next.takeOver(views, [...world.plan.tables.keys()]);
    assert(lost.length === 0, 'no query set is lost');
    this.views = next;
  }

  /** The n-th person of the walk; their own body has the key n + 1. */
  addViewer(person: number): StageViewer {
    const { world } = this;
    const id = this.views.add(IDENTITIES[person]!.__identity__, person + 1);
    const client = new NaiveClient(wireSchemaOf(world.plan));
    const frame = emptyFrame(this.views.takeWriter(64));
    return {
      id,
      client,
      frame,
      subscribe: (querySet, ...queries) =>
        this.views.subscribe(
          id,
          querySet,
          queries.map((query) => (typeof query === 'string' ? { table: query, where: null, withinM: null } : query)),
        ),
      take: () => {
        this.views.takeFrame(id, frame);
        client.apply(frame, world.tick);
        return frame;
      },
      keys: (table) =>
        [...client.rowsOf(world.table(table).plan.id).values()]
          .map(({ values }) => values[0])
          .sort((a, b) => Number(a) - Number(b)),
    };
  }
}
