import { ByteWriter } from '@tickbase/base';
import {
  type ClientItem,
  type ClientMessage,
  decodeClientMessage,
  encodeSection,
  hashWireSchema,
  PROTOCOL_VERSION,
  type Section,
  type SectionHead,
  type Welcome,
  type WireSchema,
} from '@tickbase/protocol';
import type { FakeEnvironment } from './fake-environment.ts';

/** The server's end of a fake socket: it reads what the client says and says what the test wants, in the protocol's bytes. */
export class ScriptedServer {
  readonly #environment: FakeEnvironment;
  readonly #schema: WireSchema;
  #tick = 40;
  #readCount = 0;
  #readSocket: unknown = null;

  constructor(environment: FakeEnvironment, schema: WireSchema) {
    this.#environment = environment;
    this.#schema = schema;
  }

  get tick(): number {
    return this.#tick;
  }

  /** What the client has said over the present socket since the last look. */
  read(): ClientMessage[] {
    this.#environment.settle();
    const { socket } = this.#environment;
    if (this.#readSocket !== socket) {
      this.#readSocket = socket;
      this.#readCount = 0;
    }
    const messages = socket.sent.slice(this.#readCount).map((bytes) => decodeClientMessage(bytes));
    this.#readCount = socket.sent.length;
    return messages;
  }

  readItems(): ClientItem[] {
    return this.read().flatMap((message) => message.items);
  }

  /** Opens the present socket and answers the hello. */
  accept(welcome: Partial<Welcome> = {}, section: SectionScript = {}): ClientItem[] {
    this.#environment.socket.opened();
    const items = this.readItems();
    this.send({ ...section, welcome: { ...this.welcome(), ...welcome } });
    return items;
  }

  welcome(): Welcome {
    return {
      protocolVersion: PROTOCOL_VERSION,
      epoch: '00c0ffee00c0ffee',
      database: 'harbour',
      identity: 0x51n,
      connectionId: 0x77n,
      token: 'token-of-51',
      resumeToken: 'resume-1',
      isResumed: false,
      resumeGraceMs: 30_000,
      tickRate: 20,
      schemaHash: hashWireSchema(this.#schema),
      schema: this.#schema,
      pastCallsProcessed: null,
    };
  }

  /** Sends one message with these sections, one tick each. */
  send(...sections: SectionScript[]): void {
    const writer = new ByteWriter();
    for (const { pieces = [], head = {}, ...rest } of sections) {
      this.#tick = head.tick ?? this.#tick + 1;
      const full: SectionHead = {
        tick: this.#tick,
        durableTick: this.#tick,
        serverTimeUs: 1_700_000_000_000_000n,
        callsProcessed: 0,
        timeScale: 1,
        flags: 0,
        ...head,
      };
      encodeSection(writer, { ...emptySection(full), ...rest }, pieces, pieces.length);
    }
    this.#environment.socket.receive(writer.copy());
    this.#environment.settle();
  }
}

export interface SectionScript extends Partial<Omit<Section, 'head'>> {
  readonly head?: Partial<SectionHead>;
  readonly pieces?: readonly Uint8Array[];
}

function emptySection(head: SectionHead): Section {
  return {
    head,
    welcome: null,
    results: [],
    watches: [],
    unwatches: [],
    ownRows: [],
    applied: [],
    ended: [],
    subscriptionErrors: [],
    queryAnswers: [],
  };
}
