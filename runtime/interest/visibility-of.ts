import type { Identity } from '@tickbase/schema/values';
import type { TablePlan } from '@tickbase/schema/plan';
import type { TableView } from '../store/index.ts';
import type { SetAddress } from './held-keys.ts';
import { keySource } from './key-book.ts';
import { keyOfValues } from './partition-key.ts';
import type { Equality } from './split-conjuncts.ts';

/** One way in which a row may be visible to somebody: `column` has one of these values, or one of the set. */
export type Sight = Equality | { readonly column: number; readonly set: SetAddress };

/** The ways in which rows of a table are visible to whoever asks; a row is visible when one holds. Null: all rows are. */
export function visibilityOf(
  { visibleToColumn, visibleBy = [] }: TablePlan,
  sender: Identity,
  tables: readonly TableView[],
): readonly Sight[] | null {
  if (visibleToColumn === null && visibleBy.length === 0) return null;
  const sights: Sight[] = visibleToColumn === null ? [] : [{ column: visibleToColumn, values: [sender] }];
  for (const rule of visibleBy) {
    const { column } = rule;
    if (rule.kind === 'identity') sights.push({ column, values: [sender] });
    else {
      const view = tables.find(({ plan }) => plan.name === rule.table)!;
      sights.push({ column, set: senderSet(view, rule.sender, rule.value, sender) });
    }
  }
  return sights;
}

/** The set that rows of a table give whose `sender` column is somebody's identity. */
function senderSet(view: TableView, sender: number, value: number, identity: Identity): SetAddress {
  const source = keySource(view, value, [sender], null);
  return {
    source,
    key: keyOfValues([view.plan.columns[sender]!.type], [identity]),
    text: `${source.text} | ${identity.toHexString()}`,
  };
}
