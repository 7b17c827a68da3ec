/** A default as JSON: see defaultToJson for its form by type. */
export interface DefaultPlan {
  readonly json: JsonValue;
}

export type JsonValue =
  | null
  | boolean
  | number
  | string
  | readonly JsonValue[]
  | { readonly [name: string]: JsonValue };
