export { VALUE_LIMITS, checkArgs, checkValue, type ValueLimits } from './check-value.ts';
export { compileArgsCodec, compileCodec, decodeValue, encodeValue, type Codec } from './codec.ts';
export { ZERO_SIZE_ITEMS_MAX } from './codec-limits.ts';
export { minimalSize } from './minimal-size.ts';
export { compileRowCodec, type RowColumn } from './row-codec.ts';
export { plainArgsCheck, type PlainArgsCheck } from './plain-args.ts';
export { encodeStored, encodeStoredRow } from './stored.ts';
