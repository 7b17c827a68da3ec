import type { QuantizePlan, SpatialPlan, TypePlan } from '@tickbase/schema/plan';

/** A public table as clients need it; columns in the order of the plan. A column's place here is its bit in masks. */
export interface WireTable {
  id: number;
  name: string;
  isEvent: boolean;
  columns: WireColumn[];
  /** Places in `columns`; null: rows are known by their slot alone. */
  primaryKey: number[] | null;
  spatial: SpatialPlan | null;
}

export interface WireColumn {
  id: number;
  name: string;
  type: TypePlan;
  quantize: QuantizePlan | null;
}

export interface WireReducer {
  id: number;
  name: string;
  params: { name: string; type: TypePlan }[];
}
