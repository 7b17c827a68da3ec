import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TableView } from '../../store/index.ts';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { startServer } from '../start-server.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { writeModule } from '../testing/write-module.ts';

/** A module with one table: its columns, and what else differs. */
function sourceOf(columns: string, variants: string, options = '', init = ''): string {
  return `import { schema, table, t } from '@tickbase/schema';
const Metal = t.enum('Metal', [${variants}]);
const purse = table({ public: true }, { id: t.u32().primaryKey().autoInc(), metal: Metal, data: t.byteArray(), ${columns} });
const game = schema({ purse }, { tickRate: 50, ${options} });
export default game;
export const begin = game.init((ctx) => { ${init} });
`;
}

const FIRST = sourceOf(
  "owner: t.string(), gold: t.u16(), seen: t.u32().persist('snapshot')",
  "'Gold', 'Tin'",
  '',
  `for (const [owner, gold] of [['ann', 7], ['bob', 7], ['cid', 9]] as const)
     ctx.db.purse.insert({ id: 0, owner, gold, metal: { tag: 'Tin' }, data: new Uint8Array([gold, 255]), seen: 3 });`,
);
const SECOND = sourceOf(
  "note: t.string().default('-'), coins: t.u64().renamedFrom('gold'), owner: t.string(), seen: t.u32()",
  "'Iron', 'Gold', 'Tin'",
);
const THIRD = sourceOf(
  'coins: t.u64().unique(), owner: t.string(), seen: t.u32()',
  "'Iron', 'Gold', 'Tin'",
  "removed: ['purse.note']",
);

class Seen {
  settle!: (tables: readonly TableView[]) => void;
  readonly tables = new Promise<readonly TableView[]>((resolve) => (this.settle = resolve));
}

async function rowsAfterStart(modulePath: string, dataDir: string): Promise<Record<string, unknown>[]> {
  const seen = new Seen();
  const log = pino({ level: 'silent' });
  const server = await startServer({
    modulePath,
    dataDir,
    port: 0,
    log,
    observeTick: ({ tables }) => seen.settle(tables),
  });
  const [table] = await seen.tables;
  const rows: Record<string, unknown>[] = [];
  for (let slot = 0; slot < table!.slotCount; slot++) {
    if (table!.live[slot] === 0) continue;
    rows.push(Object.fromEntries(table!.plan.columns.map(({ accessor }, at) => [accessor, table!.valueAt(at, slot)])));
  }
  await server.stop('the test has seen it');
  return rows;
}

test('a start with changed source carries the rows over, and refuses what they do not permit', async () => {
  const modulePath = writeModule(FIRST);
  const dataDir = temporaryFolder();
  const become = (source: string): void => writeFileSync(join(modulePath, 'src/index.ts'), source);
  expect(await rowsAfterStart(modulePath, dataDir)).toHaveLength(3);

  become(SECOND);
  const rows = await rowsAfterStart(modulePath, dataDir);
  expect(rows.map(({ id, note, coins, owner }) => [id, note, coins, owner])).toEqual([
    [1, '-', 7n, 'ann'],
    [2, '-', 7n, 'bob'],
    [3, '-', 9n, 'cid'],
  ]);
  expect(rows[2]).toMatchObject({ metal: { tag: 'Tin' }, seen: 3 });
  // Bytes that module code gets are of its own context, whoever brought them back.
  const data = rows[2]!['data'] as Uint8Array;
  expect([[...data], data.constructor === Uint8Array]).toEqual([[9, 255], false]);

  become(THIRD);
  await expect(rowsAfterStart(modulePath, dataDir)).rejects.toMatchObject({
    code: 'MIGRATION_REFUSED',
    what: expect.stringContaining('1 group of rows shares it: coins 7n (2 rows)') as string,
  });

  // Nothing was done: it goes on where it was.
  become(THIRD.replace('.unique()', ''));
  expect(await rowsAfterStart(modulePath, dataDir)).toHaveLength(3);
});
