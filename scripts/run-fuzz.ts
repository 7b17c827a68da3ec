import { FUZZES } from './fuzzes.ts';

/** Runs one walk and prints its closing line: `ok N cases, seed S`, or `failed, seed S: COMMAND`. True when nothing was found. */
export async function runFuzz(name: string, { seconds, seed, rounds }: FuzzLength): Promise<boolean> {
  try {
    const fuzz = await FUZZES[name]!();
    const { cases } = await fuzz({
      seconds,
      seed,
      ...(rounds === undefined ? {} : { rounds }),
      now: () => performance.now(),
    });
    console.log(`ok ${cases} cases, seed ${seed}`);
    return true;
  } catch (error) {
    console.error(error);
    const length = rounds === undefined ? `--seconds ${seconds}` : `--rounds ${rounds}`;
    console.log(`failed, seed ${seed}: npm run fuzz -- ${name} ${length} --seed ${seed}`);
    return false;
  }
}

export interface FuzzLength {
  readonly seconds: number;
  readonly seed: number;
  readonly rounds?: number | undefined;
}
