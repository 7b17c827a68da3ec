import { useTable, useTickbase } from '@tickbase/client/react';
import { memo, useLayoutEffect, useRef } from 'react';
import { type Message, tables, type User } from '../module_bindings/index.ts';
import { Avatar } from './avatar.tsx';
import { nameOf } from './name-of.ts';

/** What was said, the newest last and in view. */
export function Messages() {
  const { identity } = useTickbase();
  const [messages, isReady] = useTable(tables.message);
  const [users] = useTable(tables.user);
  const list = useRef<HTMLOListElement>(null);
  const sorted = messages.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const people = new Map(users.map((user) => [user.identity.__identity__, user]));
  useLayoutEffect(() => {
    // In newer browsers it returns a promise, which is no clean-up for React.
    list.current?.lastElementChild?.scrollIntoView({ block: 'end' });
  }, [messages]);
  if (isReady && messages.length === 0) return <p id="empty">Nobody has said anything yet.</p>;
  return (
    <ol id="messages" ref={list}>
      {sorted.map((message, place) => (
        <Line
          key={String(message.id)}
          message={message}
          author={people.get(message.sender.__identity__)}
          isOwn={identity?.isEqual(message.sender) ?? false}
          isFollowing={sorted[place - 1]?.sender.isEqual(message.sender) ?? false}
        />
      ))}
    </ol>
  );
}

interface LineProps {
  readonly message: Message;
  readonly author: User | undefined;
  readonly isOwn: boolean;
  /** The line before is by the same person. */
  readonly isFollowing: boolean;
}

const Line = memo(function Line({ message, author, isOwn, isFollowing }: LineProps) {
  const sent = message.sent.toDate();
  return (
    <li className={`${isOwn ? 'own' : 'theirs'} ${isFollowing ? 'following' : ''}`}>
      {author !== undefined && !isFollowing && <Avatar user={author} />}
      {author !== undefined && !isFollowing && (
        <h3>
          {isOwn ? 'You' : nameOf(author)} <time>{sent.toLocaleTimeString([], { timeStyle: 'short' })}</time>
        </h3>
      )}
      <p>{message.text}</p>
    </li>
  );
});
