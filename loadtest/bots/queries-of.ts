import type { Scenario } from '../scenarios/scenario.ts';

/** What a bot subscribes to, as SQL. */
export function queriesOf(scenario: Scenario, tables: readonly string[], number: number): string[] {
  const only = scenario.only?.(number);
  return tables.map((table) => {
    const condition = only?.get(table);
    const where = condition === undefined ? '' : ` WHERE ${condition.column} = ${condition.value}`;
    return `SELECT * FROM ${table}${where}`;
  });
}
