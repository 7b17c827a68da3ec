import { ByteWriter } from '@tickbase/base';
import { compileCodec } from '@tickbase/protocol';
import type { ColumnPlan } from '@tickbase/schema/plan';
import { quantizedInteger } from './quantized-integer.ts';

/** How a value is told from all others of its column: equal values have equal texts. Quantized columns count by their integer. */
export function valueTexts(columns: readonly ColumnPlan[]): (values: readonly unknown[]) => string {
  const texts = columns.map(textOf);
  return (values) => texts.map((text, i) => text(values[i])).join('|');
}

function textOf({ type, quantize }: ColumnPlan): (value: unknown) => string {
  if (quantize !== null) return (value) => String(quantizedInteger(quantize, value as number));
  switch (type.kind) {
    case 'string':
      return (value) => JSON.stringify(value);
    case 'bool':
    case 'u8':
    case 'u16':
    case 'u32':
    case 'u64':
    case 'u128':
    case 'u256':
    case 'i8':
    case 'i16':
    case 'i32':
    case 'i64':
    case 'i128':
    case 'i256':
    case 'f32':
    case 'f64':
      return (value) => String(value);
    default: {
      const codec = compileCodec(type);
      const writer = new ByteWriter();
      return (value) => {
        writer.reset();
        codec.encode(writer, value);
        return Buffer.from(writer.view()).toString('hex');
      };
    }
  }
}
