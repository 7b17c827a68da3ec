import type { TypePlan } from '@tickbase/schema/plan';
import { compileCodec, type Codec } from './codec.ts';

/** What a row's codec needs of a column; a parameter fits as well. */
export interface RowColumn {
  readonly accessor: string;
  readonly type: TypePlan;
}

/**
 * The codec of rows: objects keyed by accessor, encoded as their columns one after another. Also for arguments:
 * `compileRowCodec(reducer.params)`. Compile once and keep it.
 */
export function compileRowCodec(columns: readonly RowColumn[]): Codec {
  return compileCodec({
    kind: 'object',
    name: null,
    fields: columns.map((column) => ({ name: column.accessor, type: column.type })),
  });
}
