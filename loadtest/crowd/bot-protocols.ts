import { ByteWriter } from '@tickbase/base';
import {
  CallMessageWriter,
  decodeServerMessage,
  encodeClientMessage,
  SUBPROTOCOL,
  newHello,
  type ClientItem,
} from '@tickbase/protocol';
import { placeOf } from '../modules/crowd/src/motion.ts';
import type { RawLink } from './raw-link.ts';

export type CrowdKind = 'tickbase' | 'colyseus' | 'json';
/** `bare` is a program that shows nothing, and measures what these bots leave of the machine. */
export type BotKind = CrowdKind | 'bare';

/** How a light bot speaks to one of the servers, from the upgrade to its inputs. */
export interface BotProtocol {
  readonly subprotocol: string;
  /** The link is open. */
  open(link: RawLink): void;
  /** A message on the way in; true: the bot is in, and what comes from now on is only counted. */
  message(link: RawLink, bytes: Uint8Array): boolean;
  peek(bytes: Uint8Array, start: number): void;
  input(link: RawLink, heading: number, turn: number): void;
}

export function protocolOf(kind: BotKind, player: number, landM: number): BotProtocol {
  if (kind === 'tickbase') return new TickbaseBot(player, landM);
  if (kind === 'bare') return new BareBot();
  return kind === 'colyseus' ? new ColyseusBot() : new JsonBot();
}

/** Where a client of each server connects; Colyseus has a path for each, see its server. */
export function pathOf(kind: CrowdKind, player: number): string {
  return kind === 'json' ? `/${player}` : '/v1/database/crowd/subscribe';
}

/** For all bots: a message is sent before the next is written. */
const writer = new ByteWriter(256);
const calls = new CallMessageWriter();
const steerArgs = new Uint8Array(8);
const steerArgsView = new DataView(steerArgs.buffer);

class TickbaseBot implements BotProtocol {
  readonly subprotocol = SUBPROTOCOL;
  readonly #player: number;
  readonly #landM: number;
  #appliedTick = 0;
  #sequence = 1;
  #steerId = 0;

  constructor(player: number, landM: number) {
    this.#player = player;
    this.#landM = landM;
  }

  open(link: RawLink): void {
    this.#send(link, [newHello()]);
  }

  message(link: RawLink, bytes: Uint8Array): boolean {
    let isIn = false;
    decodeServerMessage(bytes, ({ head, welcome, applied }) => {
      this.#appliedTick = head.tick;
      const reducers = welcome?.schema?.reducers;
      if (reducers !== undefined) {
        const idOf = (name: string): number => reducers.find((reducer) => reducer.name === name)!.id;
        this.#steerId = idOf('steer');
        const { x, y, heading } = placeOf(this.#player, this.#landM);
        const args = new ByteWriter(16);
        args.u32(this.#player);
        for (const value of [x, y, heading]) args.f32(value);
        this.#send(link, [{ kind: 'call', sequence: this.#sequence++, reducerId: idOf('join'), args: args.copy() }]);
        this.#send(link, [{ kind: 'subscribe', querySetId: 1, queries: ['SELECT * FROM mover'] }]);
      }
      isIn = applied.includes(1);
    });
    return isIn;
  }

  /** The tick of the message's one section stands first in its head (WIRE.md 4). */
  peek(bytes: Uint8Array, start: number): void {
    const data = new DataView(bytes.buffer, bytes.byteOffset);
    const root = start + 8 + data.getUint32(start + 8, true);
    const head = root + data.getUint16(root - data.getInt32(root, true) + 4, true);
    this.#appliedTick = data.getUint32(head, true);
  }

  input(link: RawLink, heading: number, turn: number): void {
    writeSteer(this.#appliedTick, this.#sequence++, this.#steerId, heading, turn);
    link.send(writer.view());
  }

  #send(link: RawLink, items: ClientItem[]): void {
    writer.reset();
    encodeClientMessage(writer, { receiptTick: this.#appliedTick, items });
    link.send(writer.view());
  }
}

/** Into the writer. */
function writeSteer(receiptTick: number, sequence: number, reducerId: number, heading: number, turn: number): void {
  steerArgsView.setFloat32(0, heading, true);
  steerArgsView.setUint32(4, turn, true);
  calls.begin(writer, receiptTick, 1);
  calls.add(sequence, reducerId, steerArgs, 0, steerArgs.length);
  calls.end();
}

/** Sends what a bot of Tickbase does. */
class BareBot implements BotProtocol {
  readonly subprotocol = '';

  open(): void {}

  message(): boolean {
    return true;
  }

  peek(): void {}

  input(link: RawLink, heading: number, turn: number): void {
    writeSteer(turn, turn + 1, 1, heading, turn);
    link.send(writer.view());
  }
}

/** By the raw protocol of Colyseus 0.18: one byte says what a message is. */
const JOIN_ROOM = 10;
const ROOM_STATE = 14;
const ROOM_DATA_BYTES = 17;
/** The byte, the message's type 0, a float and a word. */
const colyseusInput = new DataView(new ArrayBuffer(10));
colyseusInput.setUint8(0, ROOM_DATA_BYTES);

class ColyseusBot implements BotProtocol {
  readonly subprotocol = '';

  open(): void {}

  message(link: RawLink, bytes: Uint8Array): boolean {
    if (bytes[0] === JOIN_ROOM) link.send(Uint8Array.of(JOIN_ROOM));
    return bytes[0] === ROOM_STATE;
  }

  peek(): void {}

  input(link: RawLink, heading: number, turn: number): void {
    colyseusInput.setFloat32(2, heading, true);
    colyseusInput.setUint32(6, turn, true);
    link.send(new Uint8Array(colyseusInput.buffer));
  }
}

class JsonBot implements BotProtocol {
  readonly subprotocol = '';

  open(): void {}

  message(): boolean {
    return true;
  }

  peek(): void {}

  input(link: RawLink, heading: number, turn: number): void {
    link.send(Buffer.from(`{"h":${Math.round(heading * 1000) / 1000},"t":${turn}}`, 'latin1'), true);
  }
}
