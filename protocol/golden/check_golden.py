#!/usr/bin/env python3
"""Checks golden/*.json against WIRE.md and fbs/*.fbs, with nothing else known of the codec.

Decoders and encoders were written from the specification alone (and the public FlatBuffers binary format), by someone who had not
read the TypeScript; the cache of section 7 ("residence") came later, with the vectors of residence.json.

    python3 check_golden.py              one line per file, then `ok N vectors`; exit 1 with the mismatches otherwise
    python3 check_golden.py --self-test  changes vectors and tells how many of the changes are noticed
"""
import copy
import json
import math
import random
import re
import struct
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
FBS = HERE.parent / 'fbs'


class WireError(Exception):
    """Bytes are not what WIRE.md allows. `code` is that of section 3, which only client messages are held against."""

    def __init__(self, text, code='WIRE_ENVELOPE'):
        super().__init__(text)
        self.code = code


class Mismatch(Exception):
    """Bytes are allowed and say something else than the vector."""


def need(condition, text, code='WIRE_ENVELOPE'):
    if not condition:
        raise WireError(text, code)


# ------------------------------------------------------------------------------------------------- comparison of meanings


def is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def is_same(a, b):
    """Python holds True == 1 and 0.0 == -0.0; the vectors do not (-0 is spelt "-0")."""
    if is_number(a) and is_number(b):
        return a == b
    if type(a) is not type(b):
        return False
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(is_same(a[key], b[key]) for key in a)
    if isinstance(a, list):
        return len(a) == len(b) and all(is_same(x, y) for x, y in zip(a, b))
    return a == b


def where_different(a, b, path=''):
    if isinstance(a, dict) and isinstance(b, dict) and a.keys() == b.keys():
        return next((where_different(a[k], b[k], f'{path}.{k}') for k in a if not is_same(a[k], b[k])), path)
    if isinstance(a, list) and isinstance(b, list) and len(a) == len(b):
        pairs = enumerate(zip(a, b))
        return next((where_different(x, y, f'{path}[{i}]') for i, (x, y) in pairs if not is_same(x, y)), path)
    return f'{path or "value"}: stated {json.dumps(a)[:200]}, decoded {json.dumps(b)[:200]}'


def expect_same(stated, decoded, what):
    if not is_same(stated, decoded):
        raise Mismatch(f'{what}: {where_different(stated, decoded)}')


def expect_bytes(stated, encoded, what):
    if stated != encoded:
        raise Mismatch(f'{what}: stated {stated.hex()[:200]}, encoded {encoded.hex()[:200]}')


# --------------------------------------------------------------------------------------------- integers, varints (beginning)


class Reader:
    def __init__(self, data):
        self.data = data
        self.at = 0

    def left(self):
        return len(self.data) - self.at

    def take(self, count):
        need(count <= self.left(), f'{count} bytes wanted, {self.left()} left')
        taken = self.data[self.at : self.at + count]
        self.at += count
        return taken

    def unsigned(self, size):
        return int.from_bytes(self.take(size), 'little')

    def signed(self, size):
        return int.from_bytes(self.take(size), 'little', signed=True)

    def varint(self, below=2**53):
        value, shift = 0, 0
        while True:
            byte = self.unsigned(1)
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                break
            need(shift < 70, 'a varint without end')
        need(byte != 0 or shift == 7, 'a varint is not in its shortest form')
        need(value < below, f'a varint of {value}, not below {below}')
        return value

    def zigzag(self, bits=53):
        return from_zigzag(self.varint(2**bits))


def from_zigzag(value):
    return value // 2 if value % 2 == 0 else -(value + 1) // 2


def to_zigzag(value):
    return 2 * value if value >= 0 else -2 * value - 1


def varint_bytes(value):
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def float_as_json(value):
    """Section 11: numbers, or "NaN", "Infinity", "-Infinity", "-0"."""
    if math.isnan(value):
        return 'NaN'
    if math.isinf(value):
        return 'Infinity' if value > 0 else '-Infinity'
    if value == 0:
        return '-0' if math.copysign(1, value) < 0 else 0
    return value


def float_of_json(value):
    return float(value)  # Python reads "NaN", "Infinity", "-Infinity" and "-0" alike


def text_of(data):
    """Section 2: no overlong forms, surrogates, nothing above U+10FFFF: what Python's strict decoder refuses."""
    try:
        return data.decode('utf-8', 'strict')
    except UnicodeDecodeError as error:
        raise WireError(f'not UTF-8: {error}') from None


# ---------------------------------------------------------------------------------------------------------- values (section 2)

UNSIGNED = {'u8': 1, 'u16': 2, 'u32': 4, 'u64': 8, 'u128': 16, 'u256': 32, 'identity': 32, 'connectionId': 16, 'uuid': 16}
SIGNED = {'i8': 1, 'i16': 2, 'i32': 4, 'i64': 8, 'i128': 16, 'i256': 32, 'timestamp': 8, 'timeDuration': 8}
FLOATS = {'f32': '<f', 'f64': '<d'}
MOST_EMPTY_ITEMS = 65536


def fewest_bytes(type_):
    kind = type_['kind']
    if kind in UNSIGNED:
        return UNSIGNED[kind]
    if kind in SIGNED:
        return SIGNED[kind]
    if kind == 'unit':
        return 0
    if kind == 'object':
        return sum(fewest_bytes(field['type']) for field in type_['fields'])
    if kind == 'enum':
        return 1 + min((fewest_bytes(variant['type']) for variant in type_['variants']), default=0)
    if kind == 'result':
        return 1 + min(fewest_bytes(type_['ok']), fewest_bytes(type_['err']))
    return {'f32': 4, 'f64': 8, 'scheduleAt': 9}.get(kind, 1)


def integer_as_json(value, size):
    """Section 11: up to 32 bits as JSON numbers, larger ones as decimal strings."""
    return value if size <= 4 else str(value)


def decode_count(reader, item_size):
    count = reader.varint()
    if item_size == 0:
        need(count <= MOST_EMPTY_ITEMS, 'too many items that take no bytes')
    else:
        need(count * item_size <= reader.left(), 'more items than bytes')
    return count


def decode_tagged(reader, types_by_id):
    """One byte, then a value: enums and results."""
    tag = reader.unsigned(1)
    need(tag in types_by_id, f'no variant has the id {tag}', 'WIRE_TAG')
    name, type_ = types_by_id[tag]
    return name, decode_value(reader, type_)


def decode_value(reader, type_):
    kind = type_['kind']
    if kind == 'bool':
        byte = reader.unsigned(1)
        need(byte < 2, 'a bool is 0 or 1', 'WIRE_TAG')
        return byte == 1
    if kind in UNSIGNED:
        return integer_as_json(reader.unsigned(UNSIGNED[kind]), UNSIGNED[kind])
    if kind in SIGNED:
        return integer_as_json(reader.signed(SIGNED[kind]), SIGNED[kind])
    if kind in FLOATS:
        return float_as_json(struct.unpack(FLOATS[kind], reader.take(struct.calcsize(FLOATS[kind])))[0])
    if kind == 'string':
        return text_of(reader.take(decode_count(reader, 1)))
    if kind == 'bytes':
        return reader.take(decode_count(reader, 1)).hex()
    if kind == 'scheduleAt':
        tag = reader.unsigned(1)
        need(tag < 2, 'a scheduleAt is 0 or 1', 'WIRE_TAG')
        return {'tag': ['Interval', 'Time'][tag], 'value': str(reader.signed(8))}
    if kind == 'unit':
        return {}
    if kind == 'option':
        tag = reader.unsigned(1)
        need(tag < 2, 'an option is 0 or 1', 'WIRE_TAG')
        return decode_value(reader, type_['of']) if tag else None
    if kind == 'array':
        count = decode_count(reader, fewest_bytes(type_['of']))
        return [decode_value(reader, type_['of']) for _ in range(count)]
    if kind == 'object':
        return {field['name']: decode_value(reader, field['type']) for field in type_['fields']}
    if kind == 'enum':
        name, value = decode_tagged(reader, {v['id']: (v['name'], v['type']) for v in type_['variants']})
        variant = next(v for v in type_['variants'] if v['name'] == name)
        return {'tag': name} if variant['type']['kind'] == 'unit' else {'tag': name, 'value': value}
    if kind == 'result':
        name, value = decode_tagged(reader, {0: ('ok', type_['ok']), 1: ('err', type_['err'])})
        return {'tag': name, 'value': value}
    raise Mismatch(f'WIRE.md knows no type {kind}')


def encode_value(type_, value):
    """The encoding of a value is unique, but for the bits of a NaN (here the quiet one, as in the vectors)."""
    kind = type_['kind']
    if kind == 'bool':
        return b'\x01' if value else b'\x00'
    if kind in UNSIGNED:
        return int(value).to_bytes(UNSIGNED[kind], 'little')
    if kind in SIGNED:
        return int(value).to_bytes(SIGNED[kind], 'little', signed=True)
    if kind in FLOATS:
        return struct.pack(FLOATS[kind], float_of_json(value))
    if kind == 'string':
        data = value.encode('utf-8')
        return varint_bytes(len(data)) + data
    if kind == 'bytes':
        data = bytes.fromhex(value)
        return varint_bytes(len(data)) + data
    if kind == 'scheduleAt':
        return bytes([['Interval', 'Time'].index(value['tag'])]) + int(value['value']).to_bytes(8, 'little', signed=True)
    if kind == 'unit':
        return b''
    if kind == 'option':
        return b'\x00' if value is None else b'\x01' + encode_value(type_['of'], value)
    if kind == 'array':
        return varint_bytes(len(value)) + b''.join(encode_value(type_['of'], item) for item in value)
    if kind == 'object':
        return b''.join(encode_value(field['type'], value[field['name']]) for field in type_['fields'])
    if kind == 'enum':
        variant = next(v for v in type_['variants'] if v['name'] == value['tag'])
        return bytes([variant['id']]) + encode_value(variant['type'], value.get('value', {}))
    if kind == 'result':
        return bytes([['ok', 'err'].index(value['tag'])]) + encode_value(type_[value['tag']], value['value'])
    raise Mismatch(f'WIRE.md knows no type {kind}')


def decode_value_vector(case):
    reader = Reader(bytes.fromhex(case['hex']))
    decoded = decode_value(reader, case['type'])
    need(reader.left() == 0, 'bytes are left after the value', 'WIRE_TRAILING')
    expect_same(case['value'], decoded, 'value')


def expect_refusal(read, case):
    try:
        read(case)
    except WireError:
        return
    raise Mismatch('bytes that are to be refused are accepted')


def check_value_vector(case):
    if 'code' in case:
        return expect_refusal(lambda refused: decode_value_vector({**refused, 'value': None}), case)
    decode_value_vector(case)
    expect_bytes(bytes.fromhex(case['hex']), encode_value(case['type'], case['value']), 'encoding')


# -------------------------------------------------------------------------------------------------- quantization (section 6)

TURN = 6.283185307179586
MOST_STEPS = 2**51


def round_half_up(v):
    f = float(math.floor(v))
    return f + 1 if v - f >= 0.5 else f


def steps_of(x, step):
    """q(x), of a finite x. A quotient past the greatest double is an infinity, which is kept within the bounds too."""
    v = x / step
    if math.isinf(v):
        return MOST_STEPS if v > 0 else -MOST_STEPS
    return int(min(max(round_half_up(v), -MOST_STEPS), MOST_STEPS))


def quantized(quantize, x):
    """k, or NaN and the infinities, which stand for themselves."""
    if math.isnan(x) or math.isinf(x):
        return x
    if quantize['kind'] == 'step':
        return steps_of(x, quantize['step'])
    t = x / TURN
    k = int(round_half_up((t - float(math.floor(t))) * 2 ** quantize['bits']))
    return 0 if k == 2 ** quantize['bits'] else k


def rounded_to_f32(value):
    try:
        return struct.unpack('<f', struct.pack('<f', value))[0]
    except OverflowError:
        return math.copysign(math.inf, value)


def shown(quantize, k, is_f32):
    if math.isnan(k) or math.isinf(k):
        return k
    unit = quantize['step'] if quantize['kind'] == 'step' else TURN / 2 ** quantize['bits']
    value = k * unit
    value = rounded_to_f32(value) if is_f32 else value
    return 0.0 if value == 0 else value


def check_quantize_vector(case):
    x = float_of_json(case['x'])
    if case['f32'] and math.isfinite(x):
        expect_same(case['x'], float_as_json(rounded_to_f32(x)), 'x of an f32 column')
    k = quantized(case['quantize'], x)
    expect_same(case['k'], float_as_json(k), 'k')
    expect_same(case['shown'], float_as_json(shown(case['quantize'], k, case['f32'])), 'shown')


# ------------------------------------------------------------------------------------------ column encodings (section 6)

VARINT_BELOW = {'u16': 2**16, 'u32': 2**32, 'u64': 2**64}
ZIGZAG_BITS = {'i16': 16, 'i32': 32, 'i64': 64, 'timestamp': 64, 'timeDuration': 64}


def range_form(quantize):
    """(q(range_min), bytes), or None when the step has no range or too large a one."""
    if quantize['min'] is None:
        return None
    low = steps_of(float(quantize['min']), quantize['step'])
    width = steps_of(float(quantize['max']), quantize['step']) - low
    return next(((low, size) for size in (1, 2, 3, 4) if width < 2 ** (8 * size)), None)


def escaped_as_json(value):
    return {0: 'NaN', 1: 'Infinity', 2: '-Infinity'}[value] if value < 3 else from_zigzag(value - 3)


class QuantizedColumn:
    """Rule 3, between k and bytes."""

    def __init__(self, quantize):
        self.bits = quantize['bits'] if quantize['kind'] == 'angle' else None
        self.range = range_form(quantize) if quantize['kind'] == 'step' else None

    def decode(self, reader):
        if self.bits is not None:
            k = reader.unsigned(1 if self.bits <= 8 else 2)
            need(k < 2**self.bits, f'an angle of {k} with {self.bits} bits')
            return k
        if self.range is not None:
            low, size = self.range
            return low + reader.unsigned(size)
        return reader.zigzag()

    def encode(self, k):
        if self.bits is not None:
            return k.to_bytes(1 if self.bits <= 8 else 2, 'little')
        if self.range is not None:
            low, size = self.range
            return (k - low).to_bytes(size, 'little')
        return varint_bytes(to_zigzag(k))


class EscapedColumn:
    """Rule 2, between k (or "NaN", "Infinity", "-Infinity") and bytes."""

    def decode(self, reader):
        return escaped_as_json(reader.varint())

    def encode(self, k):
        special = {'NaN': 0, 'Infinity': 1, '-Infinity': 2}
        return varint_bytes(special[k] if isinstance(k, str) else 3 + to_zigzag(k))


class ShownColumn:
    """A quantized column as pieces.json tells it: by what is shown, not by k.

    In an f32 column several k may show the same; then the bytes do not follow from the stated value.
    """

    def __init__(self, column, form):
        self.quantize, self.is_f32, self.form = column['quantize'], column['type']['kind'] == 'f32', form
        self.is_determined = True

    def meaning(self, k):
        value = shown(self.quantize, float_of_json(k) if isinstance(k, str) else k, self.is_f32)
        again = quantized(self.quantize, value)
        self.is_determined = self.is_determined and is_same(float_as_json(again), k)
        return float_as_json(value)

    def steps(self, value):
        return float_as_json(quantized(self.quantize, float_of_json(value)))

    def decode(self, reader):
        return self.meaning(self.form.decode(reader))

    def encode(self, value):
        return self.form.encode(self.steps(value))


class PlainColumn:
    """Rules 4 and 5."""

    is_determined = True

    def __init__(self, type_):
        self.type = type_
        self.kind = type_['kind']

    def decode(self, reader):
        if self.kind in VARINT_BELOW:
            return integer_as_json(reader.varint(VARINT_BELOW[self.kind]), UNSIGNED[self.kind])
        if self.kind in ZIGZAG_BITS:
            return integer_as_json(reader.zigzag(ZIGZAG_BITS[self.kind]), SIGNED[self.kind])
        return decode_value(reader, self.type)

    def encode(self, value):
        if self.kind in VARINT_BELOW:
            return varint_bytes(int(value))
        if self.kind in ZIGZAG_BITS:
            return varint_bytes(to_zigzag(int(value)))
        return encode_value(self.type, value)


class Pair:
    """Rule 1. X is of the column that `spatial` names x, whichever of the two places is the lower one."""

    def __init__(self, x, y, step, cell, watched_cell, size):
        self.x, self.y, self.size = x, y, size
        self.base_x = int(round_half_up(((watched_cell['cellX'] - 0.0625) * cell) / step))
        self.base_y = int(round_half_up(((watched_cell['cellY'] - 0.0625) * cell) / step))

    def decode(self, reader):
        half = 4 * self.size  # bits of each
        both = reader.unsigned(self.size)
        return self.base_x + both % 2**half, self.base_y + (both >> half)

    def encode(self, k_x, k_y):
        half = 4 * self.size
        X, Y = k_x - self.base_x, k_y - self.base_y
        if not (0 <= X < 2**half and 0 <= Y < 2**half):
            raise Mismatch('a position does not fit its pair: the piece should have been escaped')
        return (X + (Y << half)).to_bytes(self.size, 'little')


def pair_of(table, watch, is_escaped):
    spatial = table['spatial']
    if watch['cell'] is None or watch['isExact'] or is_escaped or spatial is None or spatial['kind'] != 'position':
        return None
    of_x, of_y = (table['columns'][spatial[axis]]['quantize'] for axis in ('x', 'y'))
    if not all(of and of['kind'] == 'step' for of in (of_x, of_y)) or of_x['step'] != of_y['step']:
        return None
    step = of_x['step']
    span = math.ceil((spatial['cell'] * 1.125) / step) + 1
    size = 3 if span < 2**12 else 4 if span < 2**16 else 8 if span < 2**32 else None
    return None if size is None else Pair(spatial['x'], spatial['y'], step, spatial['cell'], watch['cell'], size)


def column_of(column, watch, is_escaped):
    if column['quantize'] is None or watch['isExact']:
        return PlainColumn(column['type'])
    return ShownColumn(column, EscapedColumn() if is_escaped else QuantizedColumn(column['quantize']))


class Columns:
    """The forms of a table's columns within one piece."""

    def __init__(self, table, watch, is_escaped):
        self.pair = pair_of(table, watch, is_escaped)
        self.forms = [column_of(column, watch, is_escaped) for column in table['columns']]
        self.all = list(range(len(self.forms)))

    def is_of_pair(self, place):
        return self.pair is not None and place in (self.pair.x, self.pair.y)

    def decode_blocks(self, reader, places, count):
        rows = [{} for _ in range(count)]
        for place in places:
            if self.is_of_pair(place):
                if place == min(self.pair.x, self.pair.y):
                    for row in rows:
                        k_x, k_y = self.pair.decode(reader)
                        row[self.pair.x] = self.forms[self.pair.x].meaning(k_x)
                        row[self.pair.y] = self.forms[self.pair.y].meaning(k_y)
                continue
            for row in rows:
                row[place] = self.forms[place].decode(reader)
        return rows

    def encode_pair(self, row):
        k_x, k_y = (self.forms[place].steps(row[place]) for place in (self.pair.x, self.pair.y))
        return self.pair.encode(k_x, k_y)

    def is_determined(self):
        return all(form.is_determined for form in self.forms)

    def encode_blocks(self, places, rows):
        out = b''
        for place in places:
            if self.is_of_pair(place):
                if place == min(self.pair.x, self.pair.y):
                    out += b''.join(self.encode_pair(row) for row in rows)
                continue
            out += b''.join(self.forms[place].encode(row[place]) for row in rows)
        return out


# -------------------------------------------------------------------------------------------------------- pieces (section 5)

SNAPSHOT, EVENTS, CATCH_UP, WIDE_NAMES, LEAVES, ENTERS, UPDATES, ESCAPED = (1 << bit for bit in range(8))


def decode_piece_header(reader):
    handle, word = reader.unsigned(4), reader.unsigned(4)
    return handle, word & 0xFFFFFF, word >> 24


def decode_names(reader, count, flags):
    size = 2 if flags & WIDE_NAMES else 1
    need(count * size <= reader.left(), 'more names than bytes')
    return [reader.unsigned(size) for _ in range(count)]


def decode_leaves(reader, flags):
    count = reader.varint()
    need(count >= 1, 'leaves are announced and there are none')
    names = decode_names(reader, count, flags)
    return [{'what': 'leave', 'name': name, 'to': reader.varint(2**32)} for name in names]


def decode_enters(reader, flags, columns):
    count = reader.varint()
    need(count >= 1, 'enters are announced and there are none')
    names = decode_names(reader, count, flags)
    slots = [reader.varint(2**32) for _ in names]
    rows = columns.decode_blocks(reader, columns.all, count)
    return [enter_event(name, slot, row) for name, slot, row in zip(names, slots, rows)]


def enter_event(name, slot, row):
    return {'what': 'enter', 'name': name, 'slot': slot, 'values': [row[place] for place in sorted(row)]}


def decode_mask(reader, columns):
    mask, shift = 0, 0
    while True:
        byte = reader.unsigned(1)
        mask |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            break
    need(byte != 0 or shift == 7, 'a mask is not in its shortest form')
    need(mask != 0, 'a mask without a bit')
    places = [place for place in range(mask.bit_length()) if mask >> place & 1]
    need(places[-1] < len(columns.forms), 'a mask has a bit for no column')
    if columns.pair is not None:
        need((columns.pair.x in places) == (columns.pair.y in places), 'a mask has one half of a pair')
    return places


def decode_bitmap(reader, first, count):
    length = reader.varint()
    need(length <= 8192, 'a bitmap is too long')
    bitmap = reader.take(length)
    need(length == 0 or bitmap[-1] != 0, 'the last byte of a bitmap is 0')
    names = [first] + [first + 1 + i for i in range(8 * length) if bitmap[i // 8] >> (i % 8) & 1]
    need(len(names) == count, 'a bitmap has another number of bits than its run has names')
    return names


def decode_run(reader, columns):
    places = decode_mask(reader, columns)
    head = reader.varint()
    count, is_bitmap = head // 2, head % 2 == 1
    need(count >= 1, 'a run of no names')
    names = [reader.varint()]
    if is_bitmap:
        names = decode_bitmap(reader, names[0], count)
    else:
        need(count - 1 <= reader.left(), 'more names than bytes')
        for _ in range(count - 1):
            names.append(names[-1] + 1 + reader.varint())
    need(names[-1] < 65536, 'a name above 65535')
    return {'places': places, 'names': names, 'rows': columns.decode_blocks(reader, places, count)}


def decode_updates(reader, columns):
    count = reader.varint()
    need(1 <= count <= reader.left(), 'updates are announced and there are none, or more runs than bytes')
    runs = [decode_run(reader, columns) for _ in range(count)]
    names = [name for run in runs for name in run['names']]
    need(len(set(names)) == len(names), 'a row occurs in two runs')
    return runs


def decode_event_rows(reader, columns):
    missed, count = reader.varint(), reader.varint()
    need(count <= max(reader.left(), MOST_EMPTY_ITEMS), 'more events than bytes')  # section 2's rule of counts, for events
    rows = columns.decode_blocks(reader, columns.all, count)
    events = [{'what': 'missed', 'count': missed}] if missed else []
    return events + [enter_event(-1, -1, row) for row in rows]


def update_events(runs):
    events = [
        {'what': 'update', 'name': name, 'values': {str(place): row[place] for place in run['places']}}
        for run in runs
        for name, row in zip(run['names'], run['rows'])
    ]
    return sorted(events, key=lambda event: event['name'])


def decode_piece(data, table, watch):
    """Returns the events of pieces.json, the flags, the runs (whose grouping the events do not tell), and whether the bytes
    of the columns follow from the events."""
    reader = Reader(data)
    handle, length, flags = decode_piece_header(reader)
    need(handle == watch['handle'], f'the handle is {handle}')
    need(length == reader.left(), f'the header says {length} bytes, the body has {reader.left()}')
    columns = Columns(table, watch, bool(flags & ESCAPED))
    events, runs = [], []
    if flags & EVENTS:
        need(table['isEvent'], 'events of a table that is not one of events')
        need(flags & (WIDE_NAMES | LEAVES | UPDATES) == 0 and flags & ENTERS, 'flags that events do not have')
        events = decode_event_rows(reader, columns)
    else:
        if flags & LEAVES:
            events += decode_leaves(reader, flags)
        if flags & ENTERS:
            events += decode_enters(reader, flags, columns)
        if flags & UPDATES:
            runs = decode_updates(reader, columns)
            events += update_events(runs)
    need(reader.left() == 0, 'bytes are left in the body', 'WIRE_TRAILING')
    return events, flags, runs, columns.is_determined()


def encode_names(names, flags):
    return b''.join(name.to_bytes(2 if flags & WIDE_NAMES else 1, 'little') for name in names)


def encode_leaves(events, flags):
    names = encode_names([event['name'] for event in events], flags)
    return varint_bytes(len(events)) + names + b''.join(varint_bytes(event['to']) for event in events)


def encode_enters(events, flags, columns):
    out = varint_bytes(len(events)) + encode_names([event['name'] for event in events], flags)
    out += b''.join(varint_bytes(event['slot']) for event in events)
    return out + columns.encode_blocks(columns.all, [dict(enumerate(event['values'])) for event in events])


def name_list_bytes(names):
    return b''.join(varint_bytes(name - before - 1) for before, name in zip(names, names[1:]))


def name_bitmap_bytes(names):
    bits = sum(1 << (name - names[0] - 1) for name in names[1:])
    bitmap = bits.to_bytes((bits.bit_length() + 7) // 8, 'little')
    return varint_bytes(len(bitmap)) + bitmap


def encode_run(places, names, rows, columns):
    as_list, as_bitmap = name_list_bytes(names), name_bitmap_bytes(names)
    is_bitmap = len(as_bitmap) < len(as_list)
    out = varint_bytes(sum(1 << place for place in places))
    out += varint_bytes(2 * len(names) + is_bitmap) + varint_bytes(names[0]) + (as_bitmap if is_bitmap else as_list)
    return out + columns.encode_blocks(places, rows)


def encode_updates(runs, values_of_name, columns):
    out = varint_bytes(len(runs))
    for run in runs:
        rows = [values_of_name[name] for name in run['names']]
        out += encode_run(run['places'], run['names'], rows, columns)
    return out


def encode_event_rows(events, columns):
    missed = next((event['count'] for event in events if event['what'] == 'missed'), 0)
    rows = [dict(enumerate(event['values'])) for event in events if event['what'] == 'enter']
    return varint_bytes(missed) + varint_bytes(len(rows)) + columns.encode_blocks(columns.all, rows)


def encode_piece(events, table, watch, flags, runs):
    """From the stated events. What they do not tell is taken from the bytes: the flags, and which rows share a run."""
    columns = Columns(table, watch, bool(flags & ESCAPED))
    of = {what: [event for event in events if event['what'] == what] for what in ('leave', 'enter', 'update')}
    if flags & EVENTS:
        body = encode_event_rows(events, columns)
    else:
        values = {e['name']: {int(place): value for place, value in e['values'].items()} for e in of['update']}
        body = encode_leaves(of['leave'], flags) if of['leave'] else b''
        body += encode_enters(of['enter'], flags, columns) if of['enter'] else b''
        body += encode_updates(runs, values, columns) if of['update'] else b''
    return struct.pack('<II', watch['handle'], len(body) | flags << 24) + body


def decode_piece_vector(case):
    events, flags, runs, is_determined = decode_piece(bytes.fromhex(case['hex']), case['table'], case['watch'])
    expect_same(case['watch']['tableId'], case['table']['id'], 'table of the watch')
    expect_same(case['events'], events, 'events')
    return flags, runs, is_determined


def check_piece_vector(case):
    if 'code' in case:
        return expect_refusal(lambda refused: decode_piece_vector({**refused, 'events': None}), case)
    flags, runs, is_determined = decode_piece_vector(case)
    if not is_determined:
        return
    encoded = encode_piece(case['events'], case['table'], case['watch'], flags, runs)
    expect_bytes(bytes.fromhex(case['hex']), encoded, 'encoding')


# ------------------------------------------------------------------------------------------------------ FlatBuffers: fbs/*.fbs

SCALARS = {
    'bool': ('B', 1), 'ubyte': ('B', 1), 'uint16': ('H', 2), 'uint32': ('I', 4), 'int32': ('i', 4),
    'uint64': ('Q', 8), 'int64': ('q', 8), 'float32': ('f', 4), 'float64': ('d', 8),
}  # fmt: skip


class Fbs:
    """What the .fbs files declare: only the parts of the language that they use."""

    def __init__(self, *names):
        self.structs, self.tables, self.enums, self.unions = {}, {}, {}, {}
        for name in names:
            text = re.sub(r'//[^\n]*', '', (FBS / name).read_text())
            for kind, title, base, body in re.findall(r'(struct|table|enum|union)\s+(\w+)\s*(?::\s*(\w+)\s*)?\{([^}]*)\}', text):
                getattr(self, f'add_{kind}')(title, body, base)
            root = re.search(r'root_type\s+(\w+)', text)
            self.root = root.group(1) if root else None

    def add_struct(self, title, body, _):
        self.structs[title] = re.findall(r'(\w+)\s*:\s*(\w+)', body)

    def add_table(self, title, body, _):
        pattern = r'(\w+)\s*:\s*(\[?\w+\]?)\s*(?:=\s*(\w+)\s*)?\(id:\s*(\d+)(,\s*required)?\)'
        fields = re.findall(pattern, body)
        assert len(fields) == body.count(';'), f'{title} is not understood'
        self.tables[title] = [
            {'name': name, 'type': type_, 'default': default, 'id': int(id_), 'required': bool(required)}
            for name, type_, default, id_, required in fields
        ]

    def add_enum(self, title, body, base):
        assert base == 'ubyte'
        self.enums[title] = {int(value): name for name, value in re.findall(r'(\w+)\s*=\s*(\d+)', body)}

    def add_union(self, title, body, _):
        self.unions[title] = dict(enumerate(re.findall(r'\w+', body), start=1))

    def known_ids(self, table):
        return max((field['id'] + 1 for field in self.tables[table]), default=0)

    def layout(self, struct_):
        """Offsets of a struct's fields, its size and alignment."""
        at, most, fields = 0, 1, []
        for name, type_ in self.structs[struct_]:
            code, size = SCALARS[type_]
            at = -(-at // size) * size
            fields.append((name, code, at))
            at, most = at + size, max(most, size)
        return fields, -(-at // most) * most, most

    def inline(self, type_):
        """(size, alignment) of what stands inside of a table or vector."""
        if type_ in self.enums:
            return 1, 1
        if type_ in SCALARS:
            return SCALARS[type_][1], SCALARS[type_][1]
        if type_ in self.structs:
            _, size, alignment = self.layout(type_)
            return size, alignment
        return 4, 4  # an offset


class FlatReader:
    """A verifier and reader in one (section 3). Strict: also what the server wants of clients beyond any verifier.

    Offsets within the buffer are offsets from the message's first byte modulo 8: parts begin at multiples of 8 (section 1).
    """

    def __init__(self, fbs, data, is_strict):
        self.fbs, self.data, self.is_strict = fbs, data, is_strict
        self.visited = 0  # lengths of tables, vectors and strings
        self.furthest = 0

    def number(self, at, code):
        size = struct.calcsize('<' + code)
        need(at % size == 0, f'{at} is not aligned to {size}')
        need(0 <= at and at + size <= len(self.data), f'{at} is outside of the buffer')
        return struct.unpack_from('<' + code, self.data, at)[0]

    def visit(self, at, length, is_counted=True):
        need(0 <= at and at + length <= len(self.data), f'{length} bytes at {at} are not inside of the buffer')
        self.furthest = max(self.furthest, at + length)
        if is_counted:
            self.visited += length
            if self.is_strict:
                need(self.visited <= len(self.data), 'objects are used more than once')

    def follow(self, at):
        offset = self.number(at, 'I')
        need(0 < offset < 2**31, 'an offset that leads nowhere')
        need((at + offset) % 4 == 0, 'an offset that is not aligned')
        return at + offset

    def root(self):
        self.visit(0, 4, is_counted=False)
        value = self.table(self.follow(0), self.fbs.root)
        if self.is_strict:
            self.check_trailing()
        return value

    def check_trailing(self):
        rest = self.data[self.furthest :]
        need(len(rest) <= 7 and not any(rest), 'trailing bytes', 'WIRE_TRAILING')

    def vtable(self, at, title):
        start = at - self.number(at, 'i')
        size, table_size = self.number(start, 'H'), self.number(start + 2, 'H')
        need(size >= 4 and size % 2 == 0, 'the length of a vtable')
        need(table_size >= 4, 'the length of a table')
        self.visit(start, size, is_counted=False)
        self.visit(at, table_size)
        places = [self.number(start + 4 + 2 * id_, 'H') for id_ in range((size - 4) // 2)]
        if self.is_strict:
            need(len(places) <= self.fbs.known_ids(title), f'{title} has fields that this version does not know')
        return places, table_size

    def table(self, at, title):
        places, table_size = self.vtable(at, title)

        def place_of(id_, size, alignment):
            offset = places[id_] if id_ < len(places) else 0
            if offset == 0:
                return None
            need(4 <= offset and offset + size <= table_size, f'a field of {title} is outside of its table')
            need((at + offset) % alignment == 0, f'a field of {title} is not aligned')
            return at + offset

        value = {}
        for field in self.fbs.tables[title]:
            if field['type'] in self.fbs.unions:
                value[field['name']] = self.union(field, place_of(field['id'] - 1, 1, 1), place_of(field['id'], 4, 4))
                continue
            place = place_of(field['id'], *self.fbs.inline(field['type']))
            need(place is not None or not field['required'], f'{title}.{field["name"]} is absent')
            value[field['name']] = self.default(field) if place is None else self.value(place, field['type'])
        return value

    def union(self, field, place_of_tag, place):
        tag = self.number(place_of_tag, 'B') if place_of_tag is not None else 0
        members = self.fbs.unions[field['type']]
        need(place is not None, f'{field["name"]} is absent')
        need(tag in members, f'no {field["type"]} has the tag {tag}', 'WIRE_TAG')
        return members[tag], self.table(self.follow(place), members[tag])

    def default(self, field):
        """Section 4: absent strings are empty, absent vectors too; here they are None and told apart by `or`."""
        type_, default = field['type'], field['default']
        if type_ == 'bool':
            return default == 'true'
        if type_ in SCALARS:
            return None if default == 'null' else int(default or 0)
        return self.fbs.enums[type_][0] if type_ in self.fbs.enums else None

    def value(self, at, type_):
        """What stands at `at`, or what the offset there leads to."""
        if type_ == 'bool':
            byte = self.number(at, 'B')
            need(byte < 2, 'a bool is 0 or 1')
            return byte == 1
        if type_ in self.fbs.enums:
            byte = self.number(at, 'B')
            need(byte in self.fbs.enums[type_], f'{type_} has no {byte}', 'WIRE_TAG')
            return self.fbs.enums[type_][byte]
        if type_ in SCALARS:
            return self.number(at, SCALARS[type_][0])
        if type_ in self.fbs.structs:
            return {name: self.number(at + offset, code) for name, code, offset in self.fbs.layout(type_)[0]}
        if type_ == 'string':
            return self.string(self.follow(at))
        if type_.startswith('['):
            return self.vector(self.follow(at), type_[1:-1])
        return self.table(self.follow(at), type_)

    def string(self, at):
        length = self.number(at, 'I')
        self.visit(at, 4 + length + 1)
        need(self.data[at + 4 + length] == 0, 'a string without its closing zero')
        return text_of(self.data[at + 4 : at + 4 + length])

    def vector(self, at, type_):
        count = self.number(at, 'I')
        size, alignment = self.fbs.inline(type_)
        self.visit(at, 4 + count * size)
        need(count == 0 or (at + 4) % alignment == 0, 'the items of a vector are not aligned')
        if type_ == 'ubyte':
            return bytes(self.data[at + 4 : at + 4 + count])
        return [self.value(at + 4 + i * size, type_) for i in range(count)]


CLIENT_FBS = Fbs('bits.fbs', 'client.fbs')
SERVER_FBS = Fbs('bits.fbs', 'server.fbs')


def decimal(bits):
    """A Bits128 or Bits256, lowest part first."""
    return str(sum(part << 64 * i for i, part in enumerate(bits.values())))


# ------------------------------------------------------------------------------------------------ client messages (section 3)


def limit(condition, text):
    need(condition, text, 'WIRE_LIMIT')


def below_2_53(tick):
    need(tick < 2**53, 'a tick of 2^53 or more')
    return tick


def short_text(text, most):
    limit(len((text or '').encode()) <= most, 'a text is too long')
    return text or ''


def resume_meaning(resume):
    return resume and {
        'epoch': short_text(resume['epoch'], 8192),
        'connectionId': decimal(resume['connection_id']),
        'resumeToken': short_text(resume['resume_token'], 8192),
        'lastTick': below_2_53(resume['last_tick']),
    }


def hello_meaning(hello):
    return {
        'kind': 'hello',
        'protocolVersion': hello['protocol_version'],
        'token': short_text(hello['token'], 8192),
        'confirmed': hello['confirmed'],
        'schemaHash': short_text(hello['schema_hash'], 8192),
        'resume': resume_meaning(hello['resume']),
        'resultsSeen': hello['results_seen'],
        'bytesPerSecond': hello['bytes_per_second'],
    }


def call_meaning(call):
    args = call['args'] or b''
    limit(len(args) <= 32768, 'too many bytes of arguments')
    return {'kind': 'call', 'sequence': call['sequence'], 'reducerId': call['reducer_id'], 'args': args.hex()}


def subscribe_meaning(subscribe):
    queries = subscribe['queries'] or []
    limit(len(queries) <= 64, 'too many queries')
    texts = [short_text(query, 4096) for query in queries]
    return {'kind': 'subscribe', 'querySetId': subscribe['query_set_id'], 'queries': texts}


ITEM_MEANINGS = {
    'Hello': hello_meaning,
    'Call': call_meaning,
    'Subscribe': subscribe_meaning,
    'Unsubscribe': lambda item: {'kind': 'unsubscribe', 'querySetId': item['query_set_id']},
    'OneOffQuery': lambda item: {'kind': 'query', 'requestId': item['request_id'], 'query': short_text(item['query'], 4096)},
    'Goodbye': lambda _: {'kind': 'goodbye'},
}


def decode_client_message(data):
    limit(len(data) <= 65536, 'the message is too long')
    message = FlatReader(CLIENT_FBS, data, is_strict=True).root()
    items = [ITEM_MEANINGS[item['body'][0]](item['body'][1]) for item in message['items'] or []]
    limit(len(items) <= 256, 'too many items')
    need(all(item['kind'] != 'hello' for item in items[1:]), 'a hello that is not the first item')
    return {'receiptTick': below_2_53(message['receipt_tick']), 'items': items}


def check_client_vector(case):
    data = bytes.fromhex(case['hex'])
    if 'code' not in case:
        expect_same(case['message'], decode_client_message(data), 'message')
        return
    try:
        decode_client_message(data)
    except WireError as error:
        expect_same(case['code'], error.code, 'code of the refusal')
        return
    raise Mismatch('bytes that are to be refused are accepted')


# ------------------------------------------------------------------------------------------------ server messages (section 4)

NO_COLUMN = 65535


def type_meaning(type_):
    kind = type_['kind'][0].lower() + type_['kind'][1:]
    members = type_['members'] or []
    types = [type_meaning(member['type']) for member in members]
    if kind in ('option', 'array'):
        need(len(members) == 1, f'{kind} has one member')
        return {'kind': kind, 'of': types[0]}
    if kind == 'object':
        fields = [{'name': member['name'] or '', 'type': of} for member, of in zip(members, types)]
        return {'kind': kind, 'name': type_['name'], 'fields': fields}
    if kind == 'enum':
        variants = [{'id': m['id'], 'name': m['name'] or '', 'type': of} for m, of in zip(members, types)]
        return {'kind': kind, 'name': type_['name'], 'variants': variants}
    if kind == 'result':
        need(len(members) == 2, 'a result has two members')
        return {'kind': kind, 'ok': types[0], 'err': types[1]}
    need(not members, f'{kind} has no members')
    return {'kind': kind}


def quantize_meaning(column):
    kind = column['quantize']
    if kind == 'Step':
        return {'kind': 'step', 'step': column['step'], 'min': None, 'max': None}
    if kind == 'StepInRange':
        return {'kind': 'step', 'step': column['step'], 'min': column['range_min'], 'max': column['range_max']}
    return {'kind': 'angle', 'bits': column['angle_bits']} if kind == 'Angle' else None


def spatial_meaning(table):
    if table['spatial'] == 'Position':
        space = None if table['space'] == NO_COLUMN else table['space']
        return {'kind': 'position', 'x': table['x'], 'y': table['y'], 'space': space, 'cell': table['cell']}
    if table['spatial'] == 'Follows':
        return {'kind': 'follows', 'column': table['follows_column'], 'table': table['follows_table'] or ''}
    return None


def column_meaning(column):
    type_, quantize = type_meaning(column['type']), quantize_meaning(column)
    return {'id': column['id'], 'name': column['name'], 'type': type_, 'quantize': quantize}


def table_meaning(table):
    return {
        'id': table['id'],
        'name': table['name'],
        'isEvent': table['is_event'],
        'columns': [column_meaning(column) for column in table['columns']],
        'primaryKey': table['primary_key'],
        'spatial': spatial_meaning(table),
    }


def reducer_meaning(reducer):
    params = [{'name': p['name'] or '', 'type': type_meaning(p['type'])} for p in reducer['params'] or []]
    return {'id': reducer['id'], 'name': reducer['name'], 'params': params}


def schema_meaning(schema):
    return schema and {
        'tables': [table_meaning(table) for table in schema['tables'] or []],
        'reducers': [reducer_meaning(reducer) for reducer in schema['reducers'] or []],
    }


def welcome_meaning(welcome):
    return welcome and {
        'protocolVersion': welcome['protocol_version'],
        'epoch': welcome['epoch'],
        'database': welcome['database'],
        'identity': decimal(welcome['identity']),
        'connectionId': decimal(welcome['connection_id']),
        'token': welcome['token'],
        'resumeToken': welcome['resume_token'],
        'isResumed': welcome['is_resumed'],
        'resumeGraceMs': welcome['resume_grace_ms'],
        'tickRate': welcome['tick_rate'],
        'schemaHash': welcome['schema_hash'],
        'schema': schema_meaning(welcome['schema']),
        'pastCallsProcessed': welcome['past_calls_processed'],
    }


def watch_meaning(watch):
    need(watch['flags'] < 4, 'a watch has flags that WIRE.md does not know')
    is_cell = bool(watch['flags'] & 1)
    where = {'space': watch['space'], 'cellX': watch['cell_x'], 'cellY': watch['cell_y']}
    need(is_cell or not any(where.values()), 'a watch that is not a cell says where')  # server.fbs: zero unless a cell
    return {
        'handle': watch['handle'],
        'tableId': watch['table_id'],
        'partitioning': watch['partitioning'],
        'cell': where if is_cell else None,
        'isExact': bool(watch['flags'] & 2),
    }


def result_meaning(result):
    return {
        'sequence': result['sequence'],
        'status': result['status'].lower(),
        'code': result['code'] or '',
        'message': result['message'] or '',
        'tick': result['tick'],
    }


def answer_meaning(answer):
    return {
        'requestId': answer['request_id'],
        'code': answer['code'] or '',
        'message': answer['message'] or '',
        'tableId': answer['table_id'],
        'rows': [row['row'].hex() for row in answer['rows'] or []],
    }


def head_meaning(head):
    return {
        'tick': below_2_53(head['tick']),
        'durableTick': below_2_53(head['durable_tick']),
        'serverTimeUs': str(head['server_time_us']),
        'callsProcessed': head['calls_processed'],
        'timeScale': head['time_scale'],
        'flags': head['flags'],
    }


def section_meaning(section):
    errors = section['subscription_errors'] or []
    return {
        'head': head_meaning(section['head']),
        'welcome': welcome_meaning(section['welcome']),
        'results': [result_meaning(result) for result in section['results'] or []],
        'watches': [watch_meaning(watch) for watch in section['watches'] or []],
        'unwatches': section['unwatches'] or [],
        'ownRows': [
            {'tableId': own['table_id'], 'slot': own['slot'], 'row': own['row'].hex()} for own in section['own_rows'] or []
        ],
        'applied': section['applied'] or [],
        'ended': section['ended'] or [],
        'subscriptionErrors': [{'querySetId': e['query_set_id'], 'code': e['code'], 'message': e['message']} for e in errors],
        'queryAnswers': [answer_meaning(answer) for answer in section['query_answers'] or []],
    }


def decode_pieces(reader, count):
    pieces = []
    for _ in range(count):
        start = reader.at
        _, length, _ = decode_piece_header(reader)
        reader.take(length)
        pieces.append(reader.data[start : reader.at].hex())
    return pieces


def decode_section(data):
    """`data` is one whole section, which begins at a multiple of 8 since all before it are multiples of 8 long."""
    flat_length = struct.unpack_from('<I', data, 4)[0]
    need(flat_length % 8 == 0 and 8 + flat_length <= len(data), 'the length of the FlatBuffers part')
    flat = FlatReader(SERVER_FBS, data[8 : 8 + flat_length], is_strict=False)
    section = flat.root()
    flat.check_trailing()  # "padding included": no more than padding
    reader = Reader(data[8 + flat_length :])
    pieces = decode_pieces(reader, section['head']['piece_count'])
    rest = reader.take(reader.left())
    need(len(rest) <= 7 and not any(rest), 'more than padding follows the pieces', 'WIRE_TRAILING')
    return {'section': section_meaning(section), 'pieces': pieces}


def decode_server_message(data):
    sections, at = [], 0
    need(len(data) > 0, 'a message of no sections')
    while at < len(data):
        need(at + 8 <= len(data), 'a section without its lengths')
        length = struct.unpack_from('<I', data, at)[0]
        need(length % 8 == 0 and 8 <= length <= len(data) - at, f'a section of {length} bytes')
        sections.append(decode_section(data[at : at + length]))
        at += length
    return sections


def check_server_vector(case):
    if 'code' in case:
        return expect_refusal(lambda refused: decode_server_message(bytes.fromhex(refused['hex'])), case)
    expect_same(case['sections'], decode_server_message(bytes.fromhex(case['hex'])), 'sections')


# ------------------------------------------------------------------------------------------------------ schema hash (section 8)


def kind_number(kind):
    return next(number for number, name in SERVER_FBS.enums['TypeKind'].items() if name[0].lower() + name[1:] == kind)


def hashed_string(text):
    return encode_value({'kind': 'string'}, text)


def hashed_name(name):
    return b'\x00' if name is None else b'\x01' + hashed_string(name)


def hashed_fields(fields):
    return varint_bytes(len(fields)) + b''.join(hashed_string(f['name']) + hashed_type(f['type']) for f in fields)


def hashed_variant(variant):
    return bytes([variant['id']]) + hashed_string(variant['name']) + hashed_type(variant['type'])


def hashed_type(type_):
    kind = type_['kind']
    out = bytes([kind_number(kind)])
    if kind in ('option', 'array'):
        return out + hashed_type(type_['of'])
    if kind == 'object':
        return out + hashed_name(type_['name']) + hashed_fields(type_['fields'])
    if kind == 'enum':
        variants = type_['variants']
        return out + hashed_name(type_['name']) + varint_bytes(len(variants)) + b''.join(map(hashed_variant, variants))
    if kind == 'result':
        return out + hashed_type(type_['ok']) + hashed_type(type_['err'])
    return out


def hashed_quantize(quantize):
    if quantize is None:
        return b'\x00'
    if quantize['kind'] == 'angle':
        return bytes([3, quantize['bits']])
    if quantize['min'] is None:
        return b'\x01' + struct.pack('<d', quantize['step'])
    return b'\x02' + struct.pack('<ddd', quantize['step'], quantize['min'], quantize['max'])


def hashed_spatial(spatial):
    if spatial is None:
        return b'\x00'
    if spatial['kind'] == 'follows':
        return b'\x02' + varint_bytes(spatial['column']) + hashed_string(spatial['table'])
    space = b'\x00' if spatial['space'] is None else b'\x01' + varint_bytes(spatial['space'])
    return b'\x01' + varint_bytes(spatial['x']) + varint_bytes(spatial['y']) + space + struct.pack('<d', spatial['cell'])


def hashed_column(column):
    head = struct.pack('<I', column['id']) + hashed_string(column['name'])
    return head + hashed_type(column['type']) + hashed_quantize(column['quantize'])


def hashed_table(table):
    out = struct.pack('<I', table['id']) + hashed_string(table['name']) + bytes([table['isEvent']])
    out += varint_bytes(len(table['columns'])) + b''.join(map(hashed_column, table['columns']))
    key = table['primaryKey']
    out += b'\x00' if key is None else b'\x01' + varint_bytes(len(key)) + b''.join(map(varint_bytes, key))
    return out + hashed_spatial(table['spatial'])


def hashed_reducer(reducer):
    return struct.pack('<I', reducer['id']) + hashed_string(reducer['name']) + hashed_fields(reducer['params'])


def fnv1a_64(data):
    state = 0xCBF29CE484222325
    for byte in data:
        state = (state ^ byte) * 0x100000001B3 % 2**64
    return f'{state:016x}'


def check_schema_vector(case):
    tables, reducers = case['schema']['tables'], case['schema']['reducers']
    data = varint_bytes(len(tables)) + b''.join(map(hashed_table, tables))
    data += varint_bytes(len(reducers)) + b''.join(map(hashed_reducer, reducers))
    expect_same(case['hash'], fnv1a_64(data), 'hash')


# ------------------------------------------------------------------------------------- residence (sections 4 and 7)


class CachedRow:
    def __init__(self, table, slot, values):
        self.table, self.slot, self.values = table, slot, values
        self.residences = {}  # by partitioning: (handle, name or None in transit, serial of the enter)
        self.is_deleted = self.has_own_values = False

    def key(self):
        key = self.table['primaryKey']
        return None if key is None else json.dumps([self.values[place] for place in key])


class Cache:
    """The rows of section 7, as simply as possible: everything is found by looking through everything."""

    def __init__(self, query_sets):
        self.query_sets = query_sets
        self.awaited = set()  # query sets that a new session has asked for anew
        self.tables, self.watches, self.names = {}, {}, {}
        self.rows, self.stale, self.gone = [], [], []
        self.serial = 0

    # Rows and their residences.

    def residence(self, row, handle):
        return row.residences.get(self.watches[handle]['partitioning'], (None, None, 0))

    def residents(self, handle):
        return [row for row in self.rows if self.residence(row, handle)[0] == handle]

    def is_exact(self, row):
        return any(self.watches[handle]['isExact'] for handle, _, _ in row.residences.values())

    def reside(self, row, handle, name):
        row.residences[self.watches[handle]['partitioning']] = (handle, name, self.serial)

    def drop(self, row):
        row.residences = {}
        self.rows.remove(row)
        self.gone.append(row)

    def end(self, row, handle):
        del row.residences[self.watches[handle]['partitioning']]
        if not row.residences:
            self.drop(row)

    def end_all(self, handle, is_ended):
        for row in self.residents(handle):
            _, name, serial = self.residence(row, handle)
            if is_ended(name, serial):
                self.end(row, handle)

    def set_streamed(self, row, values):
        """`values` by place, without those that did not change."""
        for place, value in values.items():
            quantize = row.table['columns'][place]['quantize']
            if quantize is not None and row.has_own_values:
                before = quantized(quantize, float_of_json(row.values[place]))
                if is_same(before, quantized(quantize, float_of_json(value))):
                    continue
            row.values[place] = value

    def set_values(self, row, handle, values):
        if self.watches[handle]['isExact']:
            row.has_own_values = False
            row.values = [values.get(place, value) for place, value in enumerate(row.values)]
        elif not self.is_exact(row):
            self.set_streamed(row, values)

    # Pieces.

    def enter(self, handle, event):
        table = self.tables[self.watches[handle]['tableId']]
        values = dict(enumerate(event['values']))
        row = next((row for row in self.rows if row.table is table and row.slot == event['slot']), None)
        entered = CachedRow(table, event['slot'], list(event['values']))
        if row is not None and row.key() != entered.key():
            row.is_deleted = True
            self.drop(row)
            row = None
        if row is None:
            row = self.same_row(entered)
        if row is None:
            row = entered
            self.rows.append(row)
        else:
            self.set_values(row, handle, values)
        before = self.names[handle].get(event['name'])
        if before not in (None, row) and self.residence(before, handle)[:2] == (handle, event['name']):
            self.end(before, handle)
        self.reside(row, handle, event['name'])
        self.names[handle][event['name']] = row

    def same_row(self, entered):
        """The row that `entered` is under a new slot: of the same primary key; of a lost session also of the same content."""

        def is_entered(row):
            if row.table is not entered.table:
                return False
            return row.values == entered.values if entered.key() is None else row.key() == entered.key()

        row = next((row for row in self.stale if is_entered(row)), None)
        if row is not None:
            self.stale.remove(row)
            self.rows.append(row)
        elif entered.key() is not None:
            row = next((row for row in self.rows if is_entered(row)), None)
        if row is not None:
            row.slot, row.residences, row.is_deleted = entered.slot, {}, False
        return row

    def update(self, handle, event):
        row = self.names[handle].get(event['name'])
        if row is not None and self.residence(row, handle)[:2] == (handle, event['name']):
            self.set_values(row, handle, {int(place): value for place, value in event['values'].items()})

    def leave(self, handle, event):
        row = self.names[handle].pop(event['name'], None)
        if row is None or self.residence(row, handle)[:2] != (handle, event['name']):
            return
        to = event['to']
        is_known = to in self.watches and to != handle
        if is_known and self.watches[to]['partitioning'] == self.watches[handle]['partitioning']:
            self.reside(row, to, None)
            return
        row.is_deleted = row.is_deleted or to == 0
        self.end(row, handle)

    def pieces(self, pieces):
        """Returns what events say."""
        said, told, snapshots = [], [], {}
        decoded = []
        for piece in pieces:
            handle, _, flags = decode_piece_header(Reader(piece))
            need(handle in self.watches, 'a piece of a partition that is not watched')
            watch = self.watches[handle]
            decoded.append((handle, flags, decode_piece(piece, self.tables[watch['tableId']], watch)[0]))
        for handle, flags, events in sorted(decoded, key=lambda piece: not self.watches[piece[0]]['isExact']):
            if flags & EVENTS:
                said += [said_event(self.tables[self.watches[handle]['tableId']], event) for event in events]
                continue
            told.append(handle)
            self.serial += 1
            if flags & SNAPSHOT:
                snapshots[handle] = self.serial
            for event in events:
                getattr(self, event['what'])(handle, event)
        for handle in told:
            self.end_all(handle, lambda name, serial, handle=handle: name is None or serial < snapshots.get(handle, 0))
        return said

    # Sections.

    def begin_session(self, schema):
        self.tables = {table['id']: self.known_table(table) for table in schema['tables']}
        self.watches, self.names = {}, {}
        self.stale += self.rows
        self.rows = []
        for row in self.stale:
            row.residences = {}
        self.awaited = set(self.query_sets)

    def known_table(self, table):
        return next((known for known in self.tables.values() if known == table), table)

    def apply(self, section, pieces):
        before = [(row, list(row.values)) for row in self.rows + self.stale]
        self.gone = []
        self.serial += 1
        first_serial = self.serial
        welcome = section['welcome']
        if welcome is not None and not welcome['isResumed']:
            self.begin_session(welcome['schema'])
        for watch in section['watches']:
            self.watches[watch['handle']] = watch
            self.names.setdefault(watch['handle'], {})
        said = self.pieces(pieces)
        for own in section['ownRows']:
            self.own_row(own)
        for handle in section['unwatches']:
            if handle in self.watches:
                self.end_all(handle, lambda name, serial: True)
                del self.watches[handle], self.names[handle]
        self.awaited -= {*section['applied'], *section['ended'], *(e['querySetId'] for e in section['subscriptionErrors'])}
        if not self.awaited:
            self.gone += self.stale
            self.stale = []
        if section['head']['flags'] & 2:
            for handle in list(self.watches):
                self.end_all(handle, lambda name, serial: name is None or serial < first_serial)
        return said + self.changes(before)

    def own_row(self, own):
        reader = Reader(bytes.fromhex(own['row']))
        values = [decode_value(reader, column['type']) for column in self.tables[own['tableId']]['columns']]
        for row in self.rows:
            if row.table['id'] == own['tableId'] and row.slot == own['slot']:
                row.values, row.has_own_values = values, True

    def changes(self, before):
        """Net: a row that went and one that came under the same key are one."""
        after = [(row, row.values) for row in self.rows + self.stale]
        updates, left, came = [], [], list(after)
        for row, values in before:
            same = next((entry for entry in came if is_same_entry(row, values, *entry)), None)
            if same is None:
                left.append((row, values))
                continue
            came.remove(same)
            if not is_same(values, same[1]):
                updates.append({'what': 'update', 'table': row.table['name'], 'before': values, 'row': list(same[1])})
        deletes = [
            {'what': 'delete', 'table': row.table['name'], 'row': values, 'reason': self.reason(row)} for row, values in left
        ]
        inserts = [{'what': 'insert', 'table': row.table['name'], 'row': list(values)} for row, values in came]
        return updates + deletes + inserts

    def reason(self, row):
        return 'outOfView' if row in self.gone and not row.is_deleted else 'deleted'

    def rows_by_table(self):
        tables = {table['name']: [] for table in self.tables.values()}
        for row in self.rows + self.stale:
            tables[row.table['name']].append(list(row.values))
        return {name: in_order(rows) for name, rows in tables.items()}


def is_same_entry(row, values, other, other_values):
    if row.table is not other.table:
        return False
    key = row.table['primaryKey']
    places = range(len(values)) if key is None else key
    return all(is_same(values[place], other_values[place]) for place in places)


def said_event(table, event):
    if event['what'] == 'missed':
        return {'what': 'missed', 'table': table['name'], 'count': event['count']}
    return {'what': 'insert', 'table': table['name'], 'row': event['values']}


def in_order(items):
    return sorted(items, key=lambda item: json.dumps(item, sort_keys=True))


def check_residence_vector(case):
    cache = Cache(case['querySets'])
    for number, step in enumerate(case['steps']):
        sections = decode_server_message(bytes.fromhex(step['hex']))
        need(len(sections) == 1, 'a step is one section')
        section, pieces = sections[0]['section'], [bytes.fromhex(piece) for piece in sections[0]['pieces']]
        changes = cache.apply(section, pieces)
        stated = {name: in_order(rows) for name, rows in step['rows'].items()}
        expect_same(stated, cache.rows_by_table(), f'rows after step {number}')
        expect_same(in_order(step['changes']), in_order(changes), f'changes of step {number}')


# --------------------------------------------------------------------------------------------------------------- all vectors

CHECKS = {
    'client-messages.json': check_client_vector,
    'pieces.json': check_piece_vector,
    'quantize.json': check_quantize_vector,
    'residence.json': check_residence_vector,
    'schemas.json': check_schema_vector,
    'server-messages.json': check_server_vector,
    'values.json': check_value_vector,
}
FIELDS = {
    'client-messages.json': ({'name', 'message', 'hex'}, {'name', 'hex', 'code'}),
    'pieces.json': ({'name', 'table', 'watch', 'hex', 'events'}, {'name', 'table', 'watch', 'hex', 'code'}),
    'quantize.json': ({'quantize', 'f32', 'x', 'k', 'shown'},),
    'schemas.json': ({'name', 'schema', 'hash'},),
    'residence.json': ({'name', 'querySets', 'steps'},),
    'server-messages.json': ({'name', 'sections', 'hex'}, {'name', 'hex', 'code'}),
    'values.json': ({'name', 'type', 'value', 'hex'}, {'name', 'type', 'hex', 'code'}),
}
BROKEN = (WireError, Mismatch, KeyError, ValueError, TypeError, AttributeError, IndexError, ArithmeticError, struct.error)


def json_integer(text):
    """JSON numbers are doubles (section 11): past 2^53 the digits are the shortest that name the double, not its value."""
    value = int(text)
    return value if abs(value) <= 2**53 else float(text)


def cases_of(name):
    content = json.loads((HERE / name).read_text(encoding='utf-8'), parse_int=json_integer)
    assert content.keys() == {'about', 'cases'}, f'{name} is not as section 11 says'
    return content['cases']


def problem_of(check, name, case):
    try:
        if set(case) not in FIELDS[name]:
            raise Mismatch(f'the fields of a case are {sorted(case)}')
        check(case)
    except BROKEN as error:
        return f'{type(error).__name__}: {error}'
    return None


def check_file(name):
    """Prints its line; returns how many vectors there are and what is wrong."""
    if name not in CHECKS:
        return 0, [f'{name}: WIRE.md does not say what this file holds']
    cases, problems = cases_of(name), []
    for number, case in enumerate(cases):
        problem = problem_of(CHECKS[name], name, case)
        if problem is not None:
            problems.append(f'{name}: case {number} ({case.get("name", "")}): {problem}')
    if not cases:
        problems.append(f'{name}: no vectors')
    print(f'{name}: {len(cases)} vectors ok' if not problems else f'{name}: {len(problems)} of {len(cases)} vectors differ')
    return len(cases), problems


def check_all():
    names = sorted({path.name for path in HERE.glob('*.json')} | set(CHECKS))
    total, problems = 0, []
    for name in names:
        count, of_file = check_file(name)
        total, problems = total + count, problems + of_file
    print('\n'.join(problems) if problems else f'ok {total} vectors')
    return 1 if problems else 0


# ----------------------------------------------------------------------------------------------------------------- self-test

# Changes are noticed by *decoding* alone; comparing with an encoding would notice every one and prove nothing of the decoder.
# Values and pieces: every byte means something, so nearly all changes must be noticed. 90 %, not 100 %, since a few cannot be:
# other bits of a NaN mean the same NaN, and the events of pieces.json do not tell the flags snapshot and catch-up.
# Messages: FlatBuffers has bytes without meaning (padding, tables' unused room, vtables that state a default), and hence
# less is asked. Bytes within strings, numbers and structs are all compared: that every stated field is, the second half of
# the self-test shows. Steps of a residence tell what is cached and not the bytes' every number (heads, most of the Welcome, slots).
LEAST_SHARE = {
    'residence.json': 0.6,
    'values.json': 0.90,
    'pieces.json': 0.90,
    'client-messages.json': 0.85,
    'server-messages.json': 0.85,
    'schemas.json': 1.0,
    'quantize.json': 1.0,
}
CHANGES_OF_A_CASE = 24


def with_changed_byte(case, key, chance):
    """One bit of one byte is turned: the smallest change there is."""
    data = bytearray.fromhex(case[key])
    data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    return {**case, key: data.hex()}


def with_changed_number(case, chance):
    key = chance.choice(['k', 'shown'])
    changed = copy.deepcopy(case)
    changed[key] = case[key] + 1 if is_number(case[key]) else 0
    return changed


def with_changed_step(case, chance):
    steps = list(case['steps'])
    number = chance.randrange(len(steps))
    steps[number] = with_changed_byte(steps[number], 'hex', chance)
    return {**case, 'steps': steps}


def changed_case(name, case, chance):
    if name == 'residence.json':
        return with_changed_step(case, chance)
    if name == 'quantize.json':
        return with_changed_number(case, chance)
    return with_changed_byte(case, 'hash' if name == 'schemas.json' else 'hex', chance)


def leaf_places(value):
    """(container, key) of every scalar within."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in inner:
        if isinstance(item, (dict, list)):
            yield from leaf_places(item)
        else:
            yield value, key


def other_scalar(value):
    if isinstance(value, bool):
        return not value
    if isinstance(value, str):
        return value + '1'
    if value is None or value == 0:
        return 1
    return value - 1 if abs(value) < 2**20 else 2 * value  # a step of 1 would be lost in a large float


MEANING_OF = {'values.json': 'value', 'pieces.json': 'events', 'client-messages.json': 'message', 'server-messages.json': 'sections', 'residence.json': 'steps'}
CHANGES_OF_A_MEANING = 8


def self_test_meanings(name):
    """The other way round: something else is stated of the same bytes. All of that must be noticed."""
    chance = random.Random(name)
    decode = DECODES.get(name, CHECKS[name])
    tried, missed = 0, []
    for case in cases_of(name):
        for _ in range(CHANGES_OF_A_MEANING):
            changed = {**case, 'stated': [copy.deepcopy(case.get(MEANING_OF[name]))]}
            places = list(leaf_places(changed['stated'])) if MEANING_OF[name] in case else []
            places = [place for place in places if place[1] != 'hex' or name != 'residence.json']
            if not places:
                continue
            container, key = chance.choice(places)
            container[key] = other_scalar(container[key])
            changed[MEANING_OF[name]] = changed.pop('stated')[0]
            tried += 1
            if problem_of(decode, name, changed) is None:
                missed.append(f'{case["name"]}: {key} is now {container[key]}')
    print('\n'.join([f'{name}: {tried - len(missed)} of {tried} changed meanings noticed', *missed]))
    return not missed


DECODES = {'values.json': decode_value_vector, 'pieces.json': decode_piece_vector}


def self_test_file(name):
    chance = random.Random(name)
    decode = DECODES.get(name, CHECKS[name])
    tried, noticed = 0, 0
    for case in cases_of(name):
        if case.get('hex') == '' or 'code' in case:
            continue
        for _ in range(CHANGES_OF_A_CASE):
            tried += 1
            noticed += problem_of(decode, name, changed_case(name, case, chance)) is not None
    share = noticed / tried
    is_enough = share >= LEAST_SHARE[name]
    verdict = 'ok' if is_enough else f'FAILS: {LEAST_SHARE[name]:.0%} are wanted'
    print(f'{name}: {noticed} of {tried} changes noticed, {share:.1%}, {verdict}')
    return is_enough


def self_test():
    results = [self_test_file(name) for name in sorted(CHECKS)]
    results += [self_test_meanings(name) for name in sorted(MEANING_OF)]
    print('ok' if all(results) else 'the checker accepts what it should not')
    return 0 if all(results) else 1


if __name__ == '__main__':
    sys.exit(self_test() if sys.argv[1:] == ['--self-test'] else check_all())
