import { sender } from '@tickbase/client';
import { useReducer, useRow } from '@tickbase/client/react';
import { type FormEvent, useState } from 'react';
import { reducers, tables } from '../module_bindings/index.ts';
import { Avatar } from './avatar.tsx';
import { nameOf } from './name-of.ts';

const me = tables.user.where((row) => row.identity.eq(sender));

/** Who one is; a press on the name changes it. */
export function OwnName() {
  const [user, isReady] = useRow(me);
  const setName = useReducer(reducers.setName);
  const [draft, setDraft] = useState<string | null>(null);
  const [refusal, setRefusal] = useState('');
  if (!isReady || user === undefined) return <header />;

  const save = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    try {
      await setName({ name: draft ?? '' });
      setDraft(null);
      setRefusal('');
    } catch (error) {
      setRefusal(error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <header>
      <Avatar user={user} />
      {draft === null ? (
        <button id="own-name" title="change your name" onClick={() => setDraft(user.name ?? '')}>
          {nameOf(user)} <small>{user.name === undefined ? 'say your name' : 'change'}</small>
        </button>
      ) : (
        <form onSubmit={(event) => void save(event)}>
          <input
            id="name"
            aria-label="your name"
            placeholder="your name"
            autoFocus
            value={draft}
            onChange={(event) => setDraft(event.target.value)}
          />
          <button>save</button>
        </form>
      )}
      {refusal !== '' && <p role="alert">{refusal}</p>}
    </header>
  );
}
