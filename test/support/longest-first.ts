import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * The files that take longest begin first, so that no core is idle while another is at the last one: in a fresh clone the runner knows of
 * their sizes alone. Groups stay in their order.
 */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.toSorted((a, b) => groupOf(a) - groupOf(b) || rankOf(a) - rankOf(b));
  }
}

/** More than half a minute each; the longest first. */
const LONGEST = [
  'test/simulation/planted-faults.test.ts',
  'runtime/transactions/store.system.test.ts',
  'test/simulation/simulate-world.test.ts',
  'runtime/cli/watchdog.system.test.ts',
  'test/durability/faults/disk-errors.test.ts',
  'runtime/cli/start.system.test.ts',
  'test/docs.test.ts',
  'test/durability/kill/kill.test.ts',
];

function groupOf({ project }: TestSpecification): number {
  return project.config.sequence.groupOrder;
}

function rankOf({ moduleId }: TestSpecification): number {
  const rank = LONGEST.findIndex((file) => moduleId.endsWith(`/${file}`));
  return rank < 0 ? LONGEST.length : rank;
}
