import type { Prng } from '@tickbase/base';

const LENGTHS = [0, 1, 0x7f, 0xff, 0xffff, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff, 100_000];

/** One to three changes of the kinds that break decoders; now and then noise, or nothing. */
export function damage(prng: Prng, original: Uint8Array): Uint8Array {
  if (prng.int(0, 15) === 0) return Uint8Array.from({ length: prng.int(0, 200) }, () => prng.int(0, 255));
  let bytes = original;
  for (let i = prng.int(0, 3); i > 0 && bytes.length > 0; i--) {
    const at = prng.int(0, bytes.length - 1);
    switch (prng.int(0, 5)) {
      case 0:
        bytes[at]! ^= 1 << prng.int(0, 7);
        break;
      case 1:
        bytes = bytes.slice(0, at);
        break;
      case 2:
        bytes[at] = prng.int(0, 255);
        break;
      case 3: {
        const place = at & ~3;
        if (place + 4 <= bytes.length) new DataView(bytes.buffer).setUint32(place, prng.pick(LENGTHS), true);
        break;
      }
      case 4: {
        const tail = Uint8Array.from({ length: prng.int(1, 16) }, () => prng.pick([0, prng.int(0, 255)]));
        const longer = new Uint8Array(bytes.length + tail.length);
        longer.set(bytes);
        longer.set(tail, bytes.length);
        bytes = longer;
        break;
      }
      default: {
        const from = prng.int(0, bytes.length - 1);
        bytes.copyWithin(at, from, from + prng.int(1, 24));
      }
    }
  }
  return bytes;
}
