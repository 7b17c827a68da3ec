import { DbConnectionBase } from '../api/db-connection-base.ts';
import { DbConnectionBuilder } from '../api/db-connection-builder.ts';
import type { EventContextOf } from '../api/event-context.ts';
import type { PointIndex, RangeIndex, UniqueIndex } from '../api/index-handle.ts';
import type { EventTable, KeyedRemoteTable, RemoteTable } from '../api/table-handle.ts';
import type { Identity } from '@tickbase/schema/values';
import { FakeEnvironment } from './fake-environment.ts';
import { HARBOUR, harbourSchema } from './harbour.ts';
import { ScriptedServer } from './scripted-server.ts';

export interface Boat {
  id: bigint;
  captain: Identity;
  kind: number;
  posX: number;
  name: string;
}

export interface Note {
  berth: number;
  text: string;
}

export interface HarbourTypes {
  readonly db: HarbourDb;
  readonly reducers: {
    renameBoat(args: { boatId: bigint; name: string }): Promise<void>;
    soundHorn(args?: Record<string, never>): Promise<void>;
  };
  readonly tables: { readonly boat: { toSql(): string } };
}

type Context = EventContextOf<HarbourTypes>;

export interface HarbourDb {
  readonly boat: KeyedRemoteTable<Boat, Context> & {
    readonly id: UniqueIndex<Boat, bigint> & RangeIndex<Boat, [bigint]>;
    readonly captain: UniqueIndex<Boat, Identity>;
    readonly kind: RangeIndex<Boat, [number]>;
    readonly kindAndName: RangeIndex<Boat, [number, string]>;
    readonly $count: PointIndex<Boat, string>;
  };
  readonly note: RemoteTable<Note, Context>;
  readonly horn: EventTable<{ loudness: number }, Context>;
}

export class HarbourConnection extends DbConnectionBase<HarbourTypes> {}

export function harbourBuilder(): DbConnectionBuilder<HarbourTypes, HarbourConnection> {
  return new DbConnectionBuilder<HarbourTypes, HarbourConnection>({
    module: HARBOUR,
    tables: { boat: { toSql: () => 'SELECT * FROM boat' } },
    make: (setup) => new HarbourConnection(setup),
  });
}

/** A connection in a fake world, and what it has told its callbacks. */
export function openHarbour(
  configure: (builder: DbConnectionBuilder<HarbourTypes, HarbourConnection>) => void = () => {},
): { connection: HarbourConnection; environment: FakeEnvironment; server: ScriptedServer; story: string[] } {
  const environment = new FakeEnvironment();
  const server = new ScriptedServer(environment, harbourSchema());
  const story: string[] = [];
  const builder = harbourBuilder()
    .withUri('http://127.0.0.1:3000')
    .withDatabaseName('harbour')
    .withEnvironment(environment)
    .onStateChange((state) => story.push(state))
    .onConnect((_connection, identity, token) => story.push(`connect ${identity.__identity__} ${token}`))
    .onConnectError((_context, error) => story.push(`connect error ${codeOf(error)}`))
    .onDisconnect((_context, error) => story.push(`disconnect ${error === undefined ? '' : codeOf(error)}`.trim()));
  configure(builder);
  return { connection: builder.build(), environment, server, story };
}

/** Follows a promise: 'pending', 'resolved' or the code of its error. */
export function follow(promise: Promise<unknown>): { state(): Promise<string> } {
  let state = 'pending';
  promise.then(
    () => (state = 'resolved'),
    (error: unknown) => (state = codeOf(error)),
  );
  return {
    async state() {
      // More turns than any chain of ours has links.
      for (let i = 0; i < 10; i++) await Promise.resolve();
      return state;
    },
  };
}

export function codeOf(error: unknown): string {
  return (error as { code?: string }).code ?? String(error);
}
