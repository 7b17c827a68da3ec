import { DbConnectionBase, DbConnectionBuilder, type KeyedRemoteTable } from '@tickbase/client';
import { WebSocket } from 'ws';
import { remoteModuleOf } from '../bots/remote-module-of.ts';
import { frameBytes } from '../frame-bytes.ts';
import { LightBot } from '../light-bot.ts';
import { placeOf } from '../modules/crowd/src/motion.ts';
import type { Place } from './answer-lines.ts';
import type { CrowdKind } from './bot-protocols.ts';
import { COORDINATE_STEPS, colyseus, type ColyseusDecoder } from './colyseus.ts';
import { RawLink } from './raw-link.ts';

/** A player that reads all that it is sent: whom it sees, where, and how many updates of them its bytes brought. It walks straight on. */
export interface CrowdViewer {
  readonly player: number;
  readonly counts: ViewerCounts;
  shown(): Place[];
  /** Why it is no longer in; empty while it is. */
  lost(): string;
  close(): void;
}

export interface ViewerCounts {
  /** Payload and headers of the server's messages. */
  bytes: number;
  messages: number;
  /** Players that came or had moved, each message's counted by itself. */
  updates: number;
}

export interface ViewerSeat {
  readonly player: number;
  readonly port: number;
  readonly path: string;
  readonly landM: number;
}

/** Settles when it is in. */
export function viewCrowd(kind: CrowdKind, seat: ViewerSeat): Promise<CrowdViewer> {
  if (kind === 'tickbase') return viewTickbase(seat);
  return kind === 'colyseus' ? viewColyseus(seat) : viewJson(seat);
}

interface Names {
  readonly db: Readonly<Record<string, KeyedRemoteTable<Readonly<Record<string, unknown>>, unknown>>>;
  readonly reducers: Readonly<Record<string, (args: unknown) => Promise<void>>>;
  readonly tables: Readonly<Record<string, never>>;
}

/** By the client library and its cache. */
async function viewTickbase({ player, port, path, landM }: ViewerSeat): Promise<CrowdViewer> {
  const scout = new LightBot(`ws://127.0.0.1:${port}${path}`, false);
  await scout.live();
  const module = remoteModuleOf(scout.welcome.schema);
  scout.close();
  const counts: ViewerCounts = { bytes: 0, messages: 0, updates: 0 };
  let lost = '';
  const connection = await new Promise<DbConnectionBase<Names>>((resolve, reject) => {
    const built = new DbConnectionBuilder<Names, DbConnectionBase<Names>>({
      module,
      tables: {},
      make: (setup) => new DbConnectionBase(setup),
    })
      .withUri(`ws://127.0.0.1:${port}`)
      .withDatabaseName('crowd')
      .withReconnect(false)
      .withWSFn((url, protocol) => {
        const socket = new WebSocket(url, protocol, { perMessageDeflate: false });
        socket.on('message', (data: ArrayBuffer) => {
          counts.messages += 1;
          counts.bytes += frameBytes(data.byteLength);
        });
        return socket;
      })
      .onConnect(() => resolve(built))
      .onConnectError((_context, error) => reject(error))
      .onDisconnect((_context, error) => (lost = String(error ?? 'the link was closed')))
      .build();
  });
  const mover = connection.db['mover']!;
  const count = (): void => void (counts.updates += 1);
  mover.onInsert(count);
  mover.onUpdate(count);
  await connection.reducers['join']!({ id: player, ...placeOf(player, landM) });
  await new Promise<void>((resolve, reject) => {
    connection
      .subscriptionBuilder()
      .onApplied(() => resolve())
      .onError((_context, error) => reject(error))
      .subscribe(['SELECT * FROM mover']);
  });
  const shown = (): Place[] => [...mover].map(({ id, x, y }) => [Number(id), Number(x), Number(y)]);
  return { player, counts, shown, lost: () => lost, close: () => connection.disconnect() };
}

const JOIN_ROOM = 10;
const ROOM_STATE = 14;
const ROOM_STATE_PATCH = 15;

/** By the decoder of Colyseus's own schema package. */
async function viewColyseus({ player, port, path, landM }: ViewerSeat): Promise<CrowdViewer> {
  const { schema } = await colyseus(() => {});
  const counts: ViewerCounts = { bytes: 0, messages: 0, updates: 0 };
  let decoder: ColyseusDecoder | null = null;
  let lost = '';
  const link = await new Promise<RawLink>((resolve, reject) => {
    const link: RawLink = new RawLink(port, path, '', {
      open: () => {},
      message: (bytes) => {
        if (bytes[0] === JOIN_ROOM) {
          decoder = schema.Reflection.decode(reflectionOf(bytes));
          decoder.triggerChanges = (changes) => {
            const moved = new Set(changes.map(({ field, refId }) => (field === undefined ? -1 : refId)));
            moved.delete(-1);
            moved.delete(ROOT_REF);
            counts.updates += moved.size;
          };
          link.send(Uint8Array.of(JOIN_ROOM));
        }
        if (bytes[0] === ROOM_STATE || bytes[0] === ROOM_STATE_PATCH) decoder!.decode(bytes, { offset: 1 });
        if (bytes[0] === ROOM_STATE) resolve(link);
        Object.assign(counts, link.counts);
      },
      peek: () => {},
      lost: (why) => {
        lost = why;
        reject(new Error(why));
      },
    });
  });
  const stepM = landM / COORDINATE_STEPS;
  const shown = (): Place[] =>
    [...decoder!.state.players].map(([key, { x, y }]) => [Number(key), x * stepM, y * stepM]);
  return { player, counts, shown, lost: () => lost, close: () => link.close() };
}

const ROOT_REF = 0;

/** The state's types, as JOIN_ROOM has them: behind the token and the serializer's name, each with a byte of length. */
function reflectionOf(bytes: Uint8Array): Uint8Array {
  const data = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let at = 2 + bytes[1]!;
  at += 1 + bytes[at]!;
  const first = bytes[at]!;
  const [length, start] =
    first === 0xcd
      ? [data.getUint16(at + 1, true), at + 3]
      : first === 0xcc
        ? [bytes[at + 1]!, at + 2]
        : [first, at + 1];
  return bytes.slice(start, start + length);
}

async function viewJson({ player, port, path }: ViewerSeat): Promise<CrowdViewer> {
  const counts: ViewerCounts = { bytes: 0, messages: 0, updates: 0 };
  let shown: Place[] = [];
  let lost = '';
  const link = await new Promise<RawLink>((resolve, reject) => {
    const link: RawLink = new RawLink(port, path, '', {
      open: () => {},
      message: (bytes) => {
        const players = JSON.parse(Buffer.from(bytes).toString('latin1')) as [number, number, number, number][];
        shown = players.map(([id, x, y]) => [id, x, y]);
        counts.updates += players.length;
        Object.assign(counts, link.counts);
        resolve(link);
      },
      peek: () => {},
      lost: (why) => {
        lost = why;
        reject(new Error(why));
      },
    });
  });
  return { player, counts, shown: () => shown, lost: () => lost, close: () => link.close() };
}
