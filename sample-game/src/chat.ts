import { Range, SenderError, t } from '@tickbase/schema';
import { ownPlayer } from './players.ts';
import { CHRONICLE_LENGTH, LINE_LENGTH_MAX } from './rules.ts';
import { game } from './tables.ts';

/** Says a line to those who stand near, or to all; the last ones to all are kept. */
export const say = game.reducer({ text: t.string(), toAll: t.bool() }, (ctx, { text, toAll }) => {
  const { name, bodyId: speakerId } = ownPlayer(ctx);
  const line = text.trim();
  if (line.length < 1 || line.length > LINE_LENGTH_MAX) {
    throw new SenderError(`a line has 1 to ${LINE_LENGTH_MAX} letters`);
  }
  if (!toAll) {
    const { floor, x, y } = ctx.db.body.id.find(speakerId)!;
    ctx.db.nearLine.insert({ speakerId, name, text: line, floor, x, y });
    return;
  }
  ctx.db.worldLine.insert({ speakerId, name, text: line });
  ctx.db.chronicle.insert({ speakerId, name, text: line, saidAt: ctx.timestamp });
  if (ctx.db.chronicle.count() <= BigInt(CHRONICLE_LENGTH)) return;
  for (const { id } of ctx.db.chronicle.id.filter(new Range())) {
    ctx.db.chronicle.id.delete(id);
    return; // in the order of their ids, the first is the oldest
  }
});
