import { useTable, useTickbase } from '@tickbase/client/react';
import { tables } from '../module_bindings/index.ts';
import { nameOf } from './name-of.ts';

/** Who else is writing. */
export function TypingLine() {
  const { identity } = useTickbase();
  const [typing] = useTable(tables.typing);
  const [users] = useTable(tables.user);
  const writing = new Set(typing.map((row) => row.identity.__identity__));
  if (identity !== undefined) writing.delete(identity.__identity__);
  const names = users.filter((user) => writing.has(user.identity.__identity__)).map(nameOf);
  return <p id="typing">{textOf(names)}</p>;
}

function textOf(names: readonly string[]): string {
  if (names.length === 0) return '';
  if (names.length === 1) return `${names[0]} is writing …`;
  return names.length === 2 ? `${names.join(' and ')} are writing …` : `${names.length} people are writing …`;
}
