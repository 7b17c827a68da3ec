import { DbConnection } from '../worlds/hostile/module_bindings/index.ts';

/**
 * A well-behaved client of the world `hostile`, through the library and its generated bindings. On every tick it checks that none was
 * left out and that all rows are where they belong; it makes a call now and then and expects it to be committed and seen.
 */
export class Witness {
  readonly complaints: string[] = [];
  beat = 0;
  settledCount = 0;
  #callCount = 0;
  #wake: () => void = () => {};
  readonly #connection: DbConnection;

  constructor(address: string, database: string) {
    this.#connection = DbConnection.builder()
      .withUri(address)
      .withDatabaseName(database)
      .onConnect((connection) => {
        connection.subscriptionBuilder().subscribe('SELECT * FROM beat');
        connection.subscriptionBuilder().subscribe('SELECT * FROM mover');
        connection.subscriptionBuilder().subscribe('SELECT * FROM mark');
      })
      .onStateChange((state) => {
        if (state === 'resuming') this.complaints.push('the link was lost');
      })
      .onConnectError((_context, error) => this.complaints.push(String(error)))
      .onDisconnect((_context, error) => {
        if (error !== undefined) this.complaints.push(String(error));
      })
      .withErrorHandler((error) => this.complaints.push(String(error)))
      .build();
    this.#connection.db.beat.onUpdate((_context, before, row) => this.#check(before.count, row.count));
  }

  /** Resolves when so many more ticks have been seen, and a call that was made after that has settled. */
  async goesOn(tickCount: number): Promise<void> {
    const beat = this.beat + tickCount;
    await this.#until(() => this.beat >= beat);
    const callCount = this.#callCount + 1;
    await this.#until(() => this.settledCount >= callCount);
  }

  end(): void {
    this.#connection.disconnect();
  }

  async #until(holds: () => boolean): Promise<void> {
    while (!holds() && this.complaints.length === 0) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  #check(before: number, count: number): void {
    if (count !== before + 1) this.complaints.push(`after tick ${before} came ${count}`);
    this.beat = count;
    let seen = 0;
    for (const { id, x, y } of this.#connection.db.mover.iter()) {
      seen++;
      const isRight = x === id - 1 && y === (count + id) % 16;
      if (!isRight) this.complaints.push(`mover ${id} is at ${x}, ${y} in tick ${count}`);
    }
    if (this.settledCount > 0 && seen !== MOVER_COUNT) this.complaints.push(`${seen} movers in tick ${count}`);
    if (seen === MOVER_COUNT && count % CALL_TICKS === 0) void this.#call();
    this.#wake();
  }

  /** Its mark must be there when the promise settles. */
  async #call(): Promise<void> {
    const x = ++this.#callCount / 32;
    try {
      await this.#connection.reducers.put({ x, y: 1 });
      const isThere = [...this.#connection.db.mark.iter()].some((mark) => mark.x === x && mark.y === 1);
      if (!isThere) this.complaints.push(`the mark at ${x} is not there`);
    } catch (error) {
      this.complaints.push(String(error));
    }
    this.settledCount++;
    this.#wake();
  }
}

const MOVER_COUNT = 30;
const CALL_TICKS = 7;
