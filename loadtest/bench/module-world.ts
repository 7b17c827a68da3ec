import { fileURLToPath } from 'node:url';
import { ByteWriter } from '@tickbase/base';
import { encodeValue } from '@tickbase/protocol';
import { loadModule } from '@tickbase/runtime';
import { cpuMs } from './alternate.ts';

/** A module's world in this process, without a server: calls by name, each in a tick of its own. */
export class ModuleWorld {
  readonly #loaded: Awaited<ReturnType<typeof loadModule>>;
  readonly #world: ReturnType<Awaited<ReturnType<typeof loadModule>>['createWorld']>;
  readonly #caller: number;
  #tick = 0;
  #timestampUs = 0;

  private constructor(loaded: Awaited<ReturnType<typeof loadModule>>) {
    this.#loaded = loaded;
    this.#world = loaded.createWorld(loaded.plan, 1n, 1);
    this.#caller = this.#world.addCaller(7n, 9n);
  }

  /** `name`: a folder of loadtest/modules. */
  static async open(name: string): Promise<ModuleWorld> {
    return new ModuleWorld(await loadModule(fileURLToPath(new URL(`../modules/${name}`, import.meta.url))));
  }

  /** The reducer's place and its arguments as bytes, for `runEncoded`. */
  encode(name: string, args: Readonly<Record<string, unknown>>): { reducer: number; bytes: Uint8Array } {
    const reducer = this.#loaded.plan.reducers.findIndex(({ accessor }) => accessor === name);
    const writer = new ByteWriter();
    for (const { accessor, type } of this.#loaded.plan.reducers[reducer]!.params) {
      encodeValue(writer, type, args[accessor]);
    }
    return { reducer, bytes: writer.copy() };
  }

  /** The whole path of a call, its seal included. */
  runEncoded(reducer: number, bytes: Uint8Array): void {
    this.#begin();
    this.#run(reducer, bytes);
    this.#world.seal();
  }

  /** Runs a call and seals; processor time of the call alone, and of it with the seal and its record. */
  call(name: string, args: Readonly<Record<string, unknown>> = {}): { runMs: number; wholeMs: number } {
    const { reducer, bytes } = this.encode(name, args);
    this.#begin();
    const startMs = cpuMs();
    this.#run(reducer, bytes);
    const runMs = cpuMs() - startMs;
    const record = this.#world.seal();
    record.logged();
    return { runMs, wholeMs: cpuMs() - startMs };
  }

  /** The one number of a row of a table, for comparison with a peer's. */
  numberIn(table: string, column: string): number {
    const view = this.#world.tables.find(({ plan }) => plan.name === table)!;
    const position = view.plan.columns.findIndex(({ name }) => name === column);
    return Number(view.columns[position]!.data[view.live.indexOf(1)]);
  }

  #begin(): void {
    this.#tick++;
    this.#timestampUs += 1000;
    this.#world.beginTick(this.#tick, this.#timestampUs, this.#tick);
  }

  #run(reducer: number, bytes: Uint8Array): void {
    if (this.#world.runCall(reducer, bytes, this.#caller) !== 0) throw new Error(this.#world.lastMessage);
  }
}
