import type { DbConnection } from '../module_bindings/index.ts';
import type { ChatPanel } from './panels/chat-panel.ts';
import type { KnownWorld } from './world/known-world.ts';

/**
 * Brings what is said over heads and into the chat. What was said to all is read from the lines that the world keeps: those who
 * come later, or were away, miss none. To be called before the subscription.
 */
export function hearLines(connection: DbConnection, world: KnownWorld, chat: ChatPanel): void {
  const { nearLine, worldLine, chronicle } = connection.db;
  nearLine.onInsert((_context, { speakerId, name, text }) => {
    world.hear(speakerId, text);
    chat.add(name, text, 'near');
  });
  worldLine.onInsert((_context, { speakerId, text }) => world.hear(speakerId, text));

  let newLines: { id: bigint; name: string; text: string; keptSince: Date | null }[] = [];
  chronicle.onInsert(({ event }, { id, name, text, saidAt }) => {
    newLines.push({ id, name, text, keptSince: event.tag === 'SubscribeApplied' ? saidAt.toDate() : null });
  });
  // Within a transaction rows come in no order.
  connection.onTransaction(() => {
    newLines.sort((a, b) => Number(a.id - b.id));
    for (const { name, text, keptSince } of newLines) chat.add(name, text, 'world', keptSince);
    newLines = [];
  });
}
