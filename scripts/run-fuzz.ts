import { FUZZES } from './fuzzes.ts';

/** Runs one walk and prints its closing line: `ok N cases, seed S`, or `failed, seed S: COMMAND`. True when nothing was found. */
export async function runFuzz(name: string, seconds: number, seed: number): Promise<boolean> {
  try {
    const fuzz = await FUZZES[name]!();
    const { cases } = await fuzz({ seconds, seed, now: () => performance.now() });
    console.log(`ok ${cases} cases, seed ${seed}`);
    return true;
  } catch (error) {
    console.error(error);
    console.log(`failed, seed ${seed}: npm run fuzz -- ${name} --seconds ${seconds} --seed ${seed}`);
    return false;
  }
}
