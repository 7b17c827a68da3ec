import type { Plan } from '@tickbase/schema/plan';
import { replacedCall } from '../../gateway/served-module.ts';
import { QueryTranslator } from '../../interest/index.ts';
import type { InboxItem, Outbox } from '../../tick/index.ts';

/**
 * Puts what clients asked for under one plan, and what has had no turn yet, in the words of the next; null: it means nothing there, and the
 * client is told so.
 */
export function itemTranslator(
  before: Plan,
  after: Plan,
  outbox: Pick<Outbox, 'callRefused' | 'subscriptionRefused' | 'queryRefused'>,
): (item: InboxItem) => InboxItem | null {
  const queries = new QueryTranslator(before, after);
  const positions = new Map(after.reducers.map(({ id }, position) => [id, position]));
  return (item) => {
    const { client } = item;
    switch (item.kind) {
      case 'call': {
        const reducer = before.reducers[item.reducer]!;
        const refusal = replacedCall(reducer, after);
        if (refusal === null) return { ...item, reducer: positions.get(reducer.id)! };
        outbox.callRefused(client, item.sequence, refusal.code, refusal.message);
        return null;
      }
      case 'subscribe': {
        const translated = queries.translateAll(item.queries);
        if (!('code' in translated)) return { ...item, queries: translated };
        outbox.subscriptionRefused(client, item.querySetId, translated.code, translated.message);
        return null;
      }
      case 'query': {
        const query = queries.translate(item.query);
        if (!('code' in query)) return { ...item, query };
        outbox.queryRefused(client, item.requestId, query.code, query.message);
        return null;
      }
      default:
        return item;
    }
  };
}
