import { defineConfig } from 'vitest/config';

const source = { resolve: { conditions: ['tickbase-source'] }, ssr: { resolve: { conditions: ['tickbase-source'] } } };
const ignored = ['**/node_modules/**', '**/dist/**'];

/** `fast` is part of `npm run check`; `system` starts whole servers and browsers. */
export default defineConfig({
  ...source,
  test: {
    projects: [
      {
        ...source,
        test: {
          name: 'fast',
          pool: 'forks',
          maxWorkers: 2,
          isolate: false, // tests here leave nothing behind; a process a file would double the time
          testTimeout: 60_000,
          include: [
            '{base,schema,protocol,runtime,clients,loadtest,sample-game,scripts}/**/*.test.ts',
            'test/layers.test.ts',
          ],
          exclude: [...ignored, '**/*.system.test.ts'],
        },
      },
      {
        ...source,
        test: {
          name: 'system',
          pool: 'forks',
          include: ['test/**/*.test.ts', '**/*.system.test.ts'],
          exclude: [...ignored, 'test/layers.test.ts'],
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
