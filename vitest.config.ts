import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/support/longest-first.ts';

const source = { resolve: { conditions: ['tickbase-source'] }, ssr: { resolve: { conditions: ['tickbase-source'] } } };
const globalSetup = ['test/support/test-folder.ts'];
const setupFiles = ['test/support/property-seed.ts'];
const ignored = ['**/node_modules/**', '**/dist/**'];

/** Long random programs within one process each: with one for each core they take half the time. */
const walks = [
  'loadtest/scenarios.test.ts',
  'runtime/interest/walk-*.property.test.ts',
  'runtime/workers/*.property.test.ts',
  'runtime/transactions/store.system.test.ts',
  'runtime/storage/log/*.system.test.ts',
  'runtime/storage/recovery/recover-world.system.test.ts',
  'runtime/host/forced-stops-walk.system.test.ts',
  'test/durability/simulation/*.test.ts',
  'test/simulation/*.test.ts',
];

/** What loads the machine by itself, or watches how fast something goes: browsers, load tests, floods. */
const alone = [
  'clients/typescript/react/*.system.test.ts',
  'examples/**/*.system.test.ts',
  'loadtest/**/*.system.test.ts',
  'runtime/host/forced-stops.system.test.ts',
  'runtime/host/overload/*.system.test.ts',
  'sample-game/**/*.system.test.ts',
  'test/hostile.test.ts',
  'test/large-frames.test.ts',
  'test/loadtest.test.ts',
  'test/sample-game.test.ts',
];

/**
 * One after another. `fast` is part of `npm run check`; `servers` starts whole servers, kills them and breaks their disks, which is mostly
 * waiting, so two at a time; `alone` is one at a time.
 */
export default defineConfig({
  ...source,
  test: {
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        ...source,
        test: {
          name: 'fast',
          globalSetup,
          setupFiles,
          pool: 'forks',
          maxWorkers: 2,
          isolate: false, // tests here leave nothing behind, no hooks of promises either; a process a file would double the time
          testTimeout: 60_000,
          sequence: { groupOrder: 0 },
          include: [
            '{base,schema,protocol,runtime,clients,loadtest,sample-game,scripts}/**/*.test.ts',
            'test/layers.test.ts',
          ],
          exclude: [...ignored, ...walks, '**/*.system.test.ts'],
        },
      },
      {
        ...source,
        test: {
          name: 'walks',
          globalSetup,
          setupFiles,
          pool: 'forks',
          maxWorkers: 2,
          include: walks,
          exclude: ignored,
          testTimeout: 240_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        ...source,
        test: {
          name: 'servers',
          globalSetup,
          pool: 'forks',
          maxWorkers: 2,
          include: ['test/**/*.test.ts', '**/*.system.test.ts'],
          exclude: [...ignored, ...walks, ...alone, 'test/layers.test.ts'],
          sequence: { groupOrder: 2 },
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        ...source,
        test: {
          name: 'alone',
          globalSetup,
          pool: 'forks',
          include: alone,
          exclude: ignored,
          sequence: { groupOrder: 3 },
          fileParallelism: false,
          maxConcurrency: 3, // of tests that say of themselves that they may run side by side
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
