import { assert } from '@tickbase/base';
import type { TypePlan } from '@tickbase/schema/plan';
import { storageKindOf } from '@tickbase/schema/plan';
import type { TableView } from '../store/index.ts';
import { storedNumberOf } from './partition-key.ts';

/** A value of a key column as a map finds it: equal values are equal plain ones, whatever table they are from. */
export type PlainValue = number | bigint | string;

/** Reads the values of a key column (see isKeyColumn) as plain ones. */
export class PlainColumn {
  private readonly view: TableView;
  private readonly column: number;
  private readonly type: TypePlan;
  private readonly isWide: boolean;

  constructor(view: TableView, column: number) {
    this.view = view;
    this.column = column;
    this.type = view.plan.columns[column]!.type;
    const storage = storageKindOf(this.type);
    this.isWide = storage === 'wide128' || storage === 'wide256';
  }

  at(slot: number): PlainValue {
    if (this.isWide) return plainOf(this.type, this.view.valueAt(this.column, slot));
    return this.view.columns[this.column]!.data[slot] as PlainValue;
  }
}

/** The plain form of a value of the type. */
export function plainOf(type: TypePlan, value: unknown): PlainValue {
  if (typeof value === 'string') return value;
  const number = storedNumberOf(type, value);
  assert(number !== null, 'a key column holds values of its type');
  return number;
}
