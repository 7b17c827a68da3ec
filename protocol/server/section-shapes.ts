import { shape } from '../flatbuffers/table-shape.ts';

/** Tables of server.fbs; field ids are places. */
export const SECTION = shape([40, 8], 'w', 'w', 'w', 'w', 'w', 'w', 'w', 'w', 'w');
export const WELCOME = shape('w', 'w', 'w', [32, 8], [16, 8], 'w', 'w', 'b', 'w', 'w', 'w', 'w', 'w');
export const CALL_RESULT = shape('w', 'b', 'w', 'w', 'd');
export const OWN_ROW = shape('w', 'w', 'w');
export const SUBSCRIPTION_ERROR = shape('w', 'w', 'w');
export const QUERY_ANSWER = shape('w', 'w', 'w', 'w', 'w');
export const ROW_BYTES = shape('w');
export const WIRE_SCHEMA = shape('w', 'w');
export const WIRE_TABLE = shape('w', 'w', 'b', 'w', 'w', 'b', 'h', 'h', 'h', 'd', 'h', 'w');
export const WIRE_COLUMN = shape('w', 'w', 'w', 'b', 'd', 'd', 'd', 'b');
export const WIRE_REDUCER = shape('w', 'w', 'w');
export const WIRE_TYPE = shape('b', 'w', 'w');
export const MEMBER = shape('w', 'b', 'w');

/** Bytes of the struct SectionHead. */
export const HEAD_BYTES = 40;
/** Bytes of the struct Watch. */
export const WATCH_BYTES = 28;
export const WATCH_IS_CELL = 1;
export const WATCH_IS_EXACT = 2;

export const CALL_STATUSES = ['committed', 'refused', 'failed'] as const;

/** `kind` of WireType by number. */
export const TYPE_KINDS = [
  'bool',
  'u8',
  'u16',
  'u32',
  'u64',
  'u128',
  'u256',
  'i8',
  'i16',
  'i32',
  'i64',
  'i128',
  'i256',
  'f32',
  'f64',
  'string',
  'bytes',
  'identity',
  'connectionId',
  'timestamp',
  'timeDuration',
  'uuid',
  'scheduleAt',
  'unit',
  'option',
  'array',
  'object',
  'enum',
  'result',
] as const;

export const QUANTIZE_STEP = 1;
export const QUANTIZE_STEP_IN_RANGE = 2;
export const QUANTIZE_ANGLE = 3;
export const SPATIAL_POSITION = 1;
export const SPATIAL_FOLLOWS = 2;
/** A column place that is none. */
export const NO_COLUMN = 0xffff;
/** Types nested deeper are refused by the decoder. */
export const TYPE_DEPTH_MAX = 32;
