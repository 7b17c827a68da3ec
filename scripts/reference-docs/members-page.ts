import { readFileSync } from 'node:fs';
import { markdownTable } from './markdown-table.ts';
import { membersOf } from './members-of.ts';

/** docs/reference/members.md: what can be called in a module and in a client, with the words of the declarations. */
export function membersPage(): string[] {
  const lines = [
    '# Members',
    '',
    'What a module finds in `ctx`, and a client in its connection, from the declarations by `npm run generate:docs`. `Row` is a row as the table’s columns say,',
    '`Insert` the same without columns that may be left out, `View` a row that can be assigned to, `Key` the value of a unique column (of several columns: a list),',
    '`Bounds` a value of an index or, for a btree, a `Range`. What they are for is told in the guide.',
  ];
  for (const { title, about, parts } of SECTIONS) {
    lines.push('', `## ${title}`, '', about, '');
    const members = new Map<string, string>();
    for (const [file, name] of parts) {
      const source = readFileSync(new URL(file, ROOT), 'utf8');
      for (const { signature, doc } of membersOf(source, name)) members.set(`\`${signature}\``, doc);
    }
    lines.push(...markdownTable(['member', 'what it does'], [...members]));
  }
  return lines;
}

const ROOT = new URL('../../', import.meta.url);
const HANDLES = 'schema/handles/table-handle.ts';
const INDEXES = 'schema/handles/index-handles.ts';
const CONTEXT = 'schema/module/reducer-ctx.ts';
const CLIENT = 'clients/typescript/api';

interface Section {
  readonly title: string;
  readonly about: string;
  /** File and declaration, in this order. */
  readonly parts: readonly (readonly [file: string, name: string])[];
}

const SECTIONS: readonly Section[] = [
  {
    title: 'Module: `ctx`',
    about: 'In every reducer, hook, timer and system.',
    parts: [[CONTEXT, 'ReducerCtx']],
  },
  { title: 'Module: `ctx.random`', about: 'Called as a function, or by a member.', parts: [[CONTEXT, 'Random']] },
  { title: 'Module: `ctx.senderAuth`', about: 'Who calls, by the token.', parts: [[CONTEXT, 'SenderAuth']] },
  {
    title: 'Module: `ctx.db.TABLE`',
    about: '`edit` is there for tables with a primary key, `within` for tables with `spatial`.',
    parts: [
      [HANDLES, 'TableReaders'],
      [HANDLES, 'TableWriters'],
      [HANDLES, 'TableEditor'],
      [HANDLES, 'SpatialTable'],
    ],
  },
  {
    title: 'Module: `ctx.db.TABLE.columns`',
    about: 'Whole columns as typed arrays, for loops over many rows.',
    parts: [
      ['schema/handles/columns-handle.ts', 'ColumnsReader'],
      ['schema/handles/columns-handle.ts', 'ColumnsEditor'],
    ],
  },
  {
    title: 'Module: `ctx.db.TABLE.KEY`',
    about:
      'The primary key or a unique column, by its name. `edit` is there for tables with a primary key, `update` and `upsert` for the primary key itself.',
    parts: [
      [INDEXES, 'UniqueHandle'],
      [INDEXES, 'UniqueEditor'],
      [INDEXES, 'PrimaryKeyHandle'],
    ],
  },
  {
    title: 'Module: `ctx.db.TABLE.INDEX`',
    about:
      'An index that is not unique, by its accessor. `filter` with a `Range` also for a unique column with a btree.',
    parts: [
      [INDEXES, 'RowsHandle'],
      [INDEXES, 'IndexHandle'],
      [INDEXES, 'RowsEditor'],
    ],
  },
  {
    title: 'Module: `console`',
    about: 'Lines go to the server’s log, with the function and its sender.',
    parts: [['schema/module/module-console.ts', 'ModuleConsole']],
  },
  {
    title: 'Client: `DbConnection.builder()`',
    about: 'Each gives the builder back, `build` the connection.',
    parts: [[`${CLIENT}/db-connection-builder.ts`, 'DbConnectionBuilder']],
  },
  {
    title: 'Client: the connection',
    about: '`conn` in the guide.',
    parts: [[`${CLIENT}/db-connection-base.ts`, 'DbConnectionBase']],
  },
  {
    title: 'Client: `conn.db.TABLE`',
    about: '`onUpdate` is there for tables with a primary key. Event tables have `onInsert` and `onMissed` alone.',
    parts: [
      [`${CLIENT}/table-handle.ts`, 'RemoteTable'],
      [`${CLIENT}/table-handle.ts`, 'KeyedRemoteTable'],
      [`${CLIENT}/table-handle.ts`, 'EventTable'],
    ],
  },
  {
    title: 'Client: subscriptions',
    about: '`conn.subscriptionBuilder()`, and the handle that `subscribe` gives.',
    parts: [
      [`${CLIENT}/subscription-builder.ts`, 'SubscriptionBuilder'],
      [`${CLIENT}/subscription-handle.ts`, 'SubscriptionHandle'],
    ],
  },
];
