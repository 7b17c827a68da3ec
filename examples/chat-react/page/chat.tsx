import { useTickbase } from '@tickbase/client/react';
import { Composer } from './composer.tsx';
import { Messages } from './messages.tsx';
import { OwnName } from './own-name.tsx';
import { People } from './people.tsx';
import { beSomebodyNew } from './token.ts';
import { TypingLine } from './typing-line.tsx';

const STATE_TEXTS = {
  connecting: 'connecting …',
  live: '',
  resuming: 'the link is gone; coming back …',
  closed: 'the connection has ended',
} as const;

export function Chat() {
  const { state, connectionError } = useTickbase();
  const text = connectionError === undefined ? STATE_TEXTS[state] : connectionError.message;
  return (
    <main>
      <aside>
        <OwnName />
        <People />
      </aside>
      <section>
        {text !== '' && (
          <p id="state" role="status">
            {text} {state === 'closed' && <button onClick={beSomebodyNew}>come as somebody new</button>}
          </p>
        )}
        <Messages />
        <TypingLine />
        <Composer />
      </section>
    </main>
  );
}
