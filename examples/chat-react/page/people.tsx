import { useTable } from '@tickbase/client/react';
import { memo, useState } from 'react';
import { tables, type User } from '../module_bindings/index.ts';
import { Avatar } from './avatar.tsx';
import { nameOf } from './name-of.ts';

/** Everybody who was ever here: those who are here now come first. */
export function People() {
  const [news, setNews] = useState('');
  const [users] = useTable(tables.user, {
    onUpdate: (before, after) => {
      if (before.connections === 0 && after.connections > 0) setNews(`${nameOf(after)} has come`);
      if (before.connections > 0 && after.connections === 0) setNews(`${nameOf(after)} has gone`);
    },
  });
  const here = users.filter(({ connections }) => connections > 0);
  const sorted = users.toSorted(
    (a, b) => Number(b.connections > 0) - Number(a.connections > 0) || nameOf(a).localeCompare(nameOf(b)),
  );
  return (
    <>
      <h2>{here.length} here</h2>
      <ul id="people">
        {sorted.map((user) => (
          <Person key={user.identity.toHexString()} user={user} />
        ))}
      </ul>
      <p id="news" role="status">
        {news}
      </p>
    </>
  );
}

const Person = memo(function Person({ user }: { user: User }) {
  return (
    <li className={user.connections > 0 ? 'here' : 'away'}>
      <Avatar user={user} />
      <span>{nameOf(user)}</span>
    </li>
  );
});
