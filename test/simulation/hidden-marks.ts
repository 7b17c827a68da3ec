import { assert } from '@tickbase/base';
import type { Identity } from '@tickbase/schema/values';
import { isVisible, type PlainRows } from '../../runtime/interest/testing/naive-query.ts';
import type { PlainTable } from './plain-table.ts';

/** The low half of each mark. By chance it is in no message of a walk's. */
const MAGIC = 0x9d3f_51c6_e8a4_7b2dn;
const MAGIC_BYTES = Buffer.alloc(8);
MAGIC_BYTES.writeBigUInt64LE(MAGIC);

/** What stands in a column `mark` that not everybody may see: 16 bytes that are found again in any message. */
export function hiddenMark(serial: number): bigint {
  return (BigInt(serial) << 64n) | MAGIC;
}

/**
 * Looks into the bytes that reach a client for marks that it was never allowed to see: those of other owners' rows, of private tables and of hidden
 * columns, whatever the client makes of them.
 */
export class HiddenMarks {
  /** By serial of the mark: who has been allowed to see a row with it. */
  readonly #owners = new Map<number, Set<string>>();
  readonly #identities: readonly Identity[];

  /** `identities`: all that there are. */
  constructor(identities: readonly Identity[]) {
    this.#identities = identities;
  }

  /** At the end of a tick: these are its rows, and those of all tables. */
  note(table: PlainTable, world: PlainRows): void {
    const { visibleToColumn, visibleBy, columns } = table.plan;
    const column = columns.findIndex(({ accessor }) => accessor === 'mark');
    if (column < 0 || columns[column]!.isHidden === true || (visibleToColumn === null && visibleBy === undefined))
      return;
    for (const { values } of table.rows.values()) {
      const serial = Number((values[column] as bigint) >> 64n);
      let owners = this.#owners.get(serial);
      if (owners === undefined) this.#owners.set(serial, (owners = new Set()));
      for (const identity of this.#identities) {
        if (isVisible(table.plan, values, identity, world)) owners.add(identity.toHexString());
      }
    }
  }

  /** Throws when the message holds what this identity may not see. Returns the number of marks that it may. */
  check(message: Uint8Array, identity: string): number {
    const bytes = Buffer.from(message.buffer, message.byteOffset, message.length);
    let count = 0;
    for (let at = bytes.indexOf(MAGIC_BYTES); at >= 0; at = bytes.indexOf(MAGIC_BYTES, at + 8)) {
      const serial = Number(bytes.readBigUInt64LE(at + 8));
      const isTheirs = this.#owners.get(serial)?.has(identity) === true;
      assert(isTheirs, `bytes of what is hidden (mark ${serial}) reach ${identity}`);
      count++;
    }
    return count;
  }
}
