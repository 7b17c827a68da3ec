import { CLOSE_CODES } from '@tickbase/protocol';
import { expect, test } from 'vitest';
import { follow, openHarbour } from '../testing/open-harbour.ts';

type Harbour = ReturnType<typeof openHarbour>;

/** Of the table, and what networks and browsers give. */
const CODES = [...CLOSE_CODES.map(({ code }) => code), 1000, 1001, 1005, 1006, 1009, 1011, 3008];

/** Where the connection is when the socket closes. */
const STATES: Record<string, (harbour: Harbour) => void> = {
  'before the first hello': () => {},
  'before the first welcome': ({ environment }) => environment.socket.opened(),
  live: ({ server }) => void server.accept(),
  'while it resumes': ({ server, environment }) => {
    server.accept();
    environment.socket.lost();
    environment.advance(250);
    environment.socket.opened();
  },
  'in a session that is not resumed': ({ server, environment }) => {
    server.accept();
    environment.socket.lost();
    environment.advance(250);
    server.accept({ isResumed: false, resumeToken: 'another' });
  },
};

const COMES_BACK: ReadonlySet<string> = new Set(['while it resumes', 'in a session that is not resumed']);

test.each(Object.keys(STATES))('whatever a socket closes with %s, every promise settles', async (state) => {
  for (const code of CODES) {
    for (const reconnects of [true, false]) {
      for (const persists of [true, false]) {
        const harbour = openHarbour((builder) => builder.withReconnect(reconnects).withPersistence(persists));
        const { connection, environment } = harbour;
        const early = [connection.reducers.soundHorn(), connection.query('SELECT * FROM boat')];
        if (reconnects || !COMES_BACK.has(state)) STATES[state]!(harbour);
        const promises = [...early, connection.reducers.soundHorn(), connection.query('SELECT * FROM note')].map(
          follow,
        );
        environment.settle();
        environment.socket.lost(code, 'come back in 1000 ms');
        // Nobody answers any more: each attempt is turned away in the same way.
        for (let second = 0; second < 120 && connection.state !== 'closed'; second++) {
          environment.advance(1000);
          environment.socket.opened();
          environment.socket.lost(code, 'come back in 1000 ms');
        }
        environment.settle();
        const late = [connection.reducers.soundHorn(), connection.query('SELECT * FROM boat')].map(follow);
        const states = await Promise.all([...promises, ...late].map((promise) => promise.state()));
        const where = `${code}, reconnects ${reconnects}, persists ${persists}, ${connection.state}: ${states}`;
        // A first handshake that is still tried for, because the program said so, is what calls wait for.
        if (connection.state === 'connecting') expect(reconnects, where).toBe(true);
        else expect(states, where).not.toContain('pending');
        connection.disconnect();
        environment.settle();
        const ends = await Promise.all([...promises, ...late].map((promise) => promise.state()));
        expect(ends, where).not.toContain('pending');
        expect(environment.timerCount, where).toBe(0);
        expect(environment.reported, where).toEqual([]);
      }
    }
  }
});
