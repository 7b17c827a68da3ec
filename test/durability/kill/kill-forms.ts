import type { KillForm } from './kill-run.ts';

/** What is killed. */
export const KILL_FORMS = {
  /** Every call is a commit of its own; kills at any time. */
  calls: { worlds: ['ledger'], noteBytesMax: 60, aims: ['log write', 'log sync'], serve: {} },
  /** The same in a world with a tick. */
  ticks: { worlds: ['ledger/ticking'], noteBytesMax: 60, aims: ['log write', 'log sync'], serve: {} },
  /** Small segments, snapshots all the time, and nothing kept that need not be: kills meet those, too. */
  changes: {
    worlds: ['ledger'],
    noteBytesMax: 900,
    aims: [
      'segment made',
      'snapshot write',
      'snapshot sync',
      'snapshot check',
      'snapshot rename',
      'folder sync',
      'retention',
      'log sync',
    ],
    serve: {
      server: {
        segmentBytes: 64 * 1024,
        snapshotSchedule: { logBytes: 100 * 1024, intervalMs: 400, retryMs: 100 },
        snapshotRetention: { countMin: 2, countMax: 2, bytesMax: 1 << 20, ageMsMax: 3_600_000 },
      },
    },
  },
  /** The module is changed, by orders to the running server and between its lives. */
  modules: { worlds: ['ledger', 'ledger/wider'], noteBytesMax: 60, aims: ['log write', 'log sync'], serve: {} },
} satisfies Record<string, KillForm>;
