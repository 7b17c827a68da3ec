import { TickbaseProvider } from '@tickbase/client/react';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { DbConnection } from '../module_bindings/index.ts';
import { Chat } from './chat.tsx';
import { keepToken, readToken } from './token.ts';

const connectionBuilder = DbConnection.builder()
  .withUri(location.origin)
  .withDatabaseName('chat-react')
  .withToken(readToken())
  .onConnect((_conn, _identity, token) => keepToken(token));

createRoot(document.querySelector('#page')!).render(
  <StrictMode>
    <TickbaseProvider connectionBuilder={connectionBuilder}>
      <Chat />
    </TickbaseProvider>
  </StrictMode>,
);
