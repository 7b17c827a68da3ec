import { type Identity, Range, sender } from '@tickbase/client';
import { expect, expectTypeOf, test } from 'vitest';
import * as bazaar from './golden/bazaar/module_bindings/index.ts';
import * as chat from './golden/chat/module_bindings/index.ts';
import * as game from './golden/game/module_bindings/index.ts';

/** A socket that never opens. */
function idle(): object {
  return { binaryType: '', send: () => {}, close: () => {}, addEventListener: () => {} };
}

function connect(): chat.DbConnection {
  return chat.DbConnection.builder()
    .withUri('ws://127.0.0.1:3000')
    .withDatabaseName('chat')
    .withToken(undefined)
    .withConfirmedReads(true)
    .withCompression('none')
    .withLightMode(false)
    .withWSFn(idle)
    .onConnect((connection, identity, token) => {
      expectTypeOf(connection).toEqualTypeOf<chat.DbConnection>();
      expectTypeOf(identity).toEqualTypeOf<Identity>();
      expectTypeOf(token).toEqualTypeOf<string>();
    })
    .onConnectError((_context: chat.ErrorContext, error: Error) => error.message)
    .onDisconnect((_context, error) => error?.message)
    .build();
}

test('the chat bindings have the names and types of the API promise', () => {
  const connection = connect();
  connection.db.user.onUpdate((context: chat.EventContext, before, after) => {
    expectTypeOf(before).toEqualTypeOf<chat.User>();
    expectTypeOf(after.name).toEqualTypeOf<string | undefined>();
    if (context.event.tag === 'Reducer') expectTypeOf(context.event.value.reducer.name).toEqualTypeOf<string>();
  });
  connection.db.message.onInsert((context, row) => {
    expectTypeOf(context.db.user.identity.find(row.sender)).toEqualTypeOf<chat.User | null>();
  });
  expectTypeOf(connection.reducers.setName).toEqualTypeOf<(args: { name: string }) => Promise<void>>();
  const handle: chat.SubscriptionHandle = connection
    .subscriptionBuilder()
    .onApplied((context: chat.SubscriptionEventContext) => context.db.user.count())
    .onError((context: chat.ErrorContext, error) => `${context.event.tag} ${error.message}`)
    .subscribe((tables) => [tables.user.where((row) => row.online.eq(true)), tables.message]);
  expect(handle.isActive()).toBe(false);
  const rows = connection.query(chat.tables.user);
  expectTypeOf(rows).toEqualTypeOf<Promise<chat.User[]>>();
  rows.catch(() => {});
  // @ts-expect-error a message has no primary key, so it has no updates
  expect(connection.db.message.onUpdate).toBeDefined();
  // @ts-expect-error there is no such column
  expect(() => chat.tables.user.where((row) => row.onlin.eq(true))).toThrow();
  // @ts-expect-error the name is a string
  expect(() => void connection.reducers.setName({ name: 7 }).catch(() => {})).not.toThrow();
  expect(connection.db.user.count()).toBe(0n);
  connection.disconnect();
});

test('typed queries have their text', () => {
  expect(chat.tables.user.toSql()).toBe('SELECT * FROM user');
  expect(chat.tables.user.where((row) => row.online.eq(true)).toSql()).toBe('SELECT * FROM user WHERE online = TRUE');
  expect(chat.tables.message.where((row) => row.sender.eq(sender)).toSql()).toContain(':sender');
  expect(
    game.tables.body
      .within(48)
      .where((row) => row.kind.eq(2))
      .toSql(),
  ).toBe('SELECT * FROM body WITHIN 48 WHERE kind = 2');
  expect(() => game.tables.player.within(48)).toThrowError(/QUERY_INVALID/);
});

test('indexes take what their columns take', () => {
  type Stalls = bazaar.RemoteTables['marketStall'];
  expectTypeOf<Parameters<Stalls['byPlaceAndCount']['filter']>[0]>().toExtend<
    number | Range<number> | readonly [number | Range<number>] | readonly [number, number | Range<number>]
  >();
  expectTypeOf<Parameters<Stalls['rowNumberAndPlace']['find']>[0]>().toEqualTypeOf<readonly [number, number]>();
  expectTypeOf<Parameters<Stalls['rowNumberAndPlace']['filter']>[0]>().toExtend<
    number | Range<number> | readonly [number | Range<number>] | readonly [number, number | Range<number>]
  >();
  expectTypeOf<Parameters<game.RemoteTables['body']['kind']['filter']>[0]>().toEqualTypeOf<number | Range<number>>();
  expect(bazaar.Price.Swap(7n)).toEqual({ tag: 'Swap', value: 7n });
  expect(bazaar.reducers.ring.params).toEqual([]);
});
