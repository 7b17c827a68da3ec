import { ByteWriter } from '@tickbase/base';
import { encodePiece, type PieceSource, type Watch, type WireTable } from '@tickbase/protocol';
import { storedColumns } from './stored-columns.ts';

/** A piece in words. Rows are keyed by column name. */
export interface PieceScript {
  readonly watch: Watch;
  readonly table: WireTable;
  readonly flags?: number;
  readonly leaves?: readonly { readonly name: number; readonly to: number }[];
  readonly enters?: readonly { readonly name: number; readonly slot: number; readonly row: ScriptRow }[];
  /** The columns that `row` has are those that changed. */
  readonly updates?: readonly { readonly name: number; readonly row: ScriptRow }[];
  readonly missedEvents?: number;
}

export type ScriptRow = Readonly<Record<string, unknown>>;

/** The piece's bytes, by the protocol's own encoder. */
export function pieceOf(script: PieceScript): Uint8Array {
  const { watch, table, flags = 0, missedEvents = 0 } = script;
  const leaves = [...(script.leaves ?? [])].sort((a, b) => a.name - b.name);
  const enters = [...(script.enters ?? [])].sort((a, b) => a.name - b.name);
  const updates = [...(script.updates ?? [])].sort((a, b) => a.name - b.name);
  const rows = new Map<number, ScriptRow>(enters.map(({ slot, row }) => [slot, row]));
  const updateSlots = updates.map(({ row }) => {
    const slot = Math.max(-1, ...rows.keys()) + 1;
    rows.set(slot, { ...defaultsOf(table), ...row });
    return slot;
  });
  const maskWords = Math.ceil(table.columns.length / 32);
  const updateMasks = new Uint32Array(updates.length * maskWords);
  updates.forEach(({ row }, i) => {
    table.columns.forEach((column, place) => {
      if (column.name in row) updateMasks[i * maskWords + (place >> 5)]! |= 1 << (place & 31);
    });
  });
  const source: PieceSource = {
    handle: watch.handle,
    table,
    columns: storedColumns(table, rows),
    cell: watch.cell,
    isExact: watch.isExact,
    flags,
    leaveCount: leaves.length,
    leaveNames: Uint16Array.from(leaves, ({ name }) => name),
    leaveTo: Uint32Array.from(leaves, ({ to }) => to),
    enterCount: enters.length,
    enterNames: Uint16Array.from(enters, ({ name }) => name),
    enterSlots: Uint32Array.from(enters, ({ slot }) => slot),
    updateCount: updates.length,
    updateNames: Uint16Array.from(updates, ({ name }) => name),
    updateSlots: Uint32Array.from(updateSlots),
    updateMasks,
    maskWords,
    missedEvents,
  };
  const writer = new ByteWriter();
  encodePiece(writer, source);
  return writer.copy();
}

/** Values for columns that an update leaves out: they are stored and not sent. */
function defaultsOf(table: WireTable): ScriptRow {
  const row: Record<string, unknown> = {};
  for (const { name, type } of table.columns) {
    if (type.kind === 'string') row[name] = '';
    else if (type.kind === 'bool') row[name] = false;
    else if (type.kind === 'identity') row[name] = { __identity__: 0n };
    else if (type.kind === 'timestamp') row[name] = { __timestamp_micros_since_unix_epoch__: 0n };
    else if (type.kind === 'u64' || type.kind === 'i64') row[name] = 0n;
    else if (type.kind === 'option') row[name] = undefined;
    else row[name] = 0;
  }
  return row;
}
