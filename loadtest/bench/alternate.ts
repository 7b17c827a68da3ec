/** Milliseconds of processor time that this process has used, all of its threads together. */
export function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/**
 * Runs several contenders in turn, `rounds` times over, after `warmUps` turns that do not count. Each takes its own measure. The
 * machine may have other work: whoever measures by cpuMs and takes turns is disturbed alike.
 */
export function alternate<Name extends string>(
  contenders: Readonly<Record<Name, () => number>>,
  rounds: number,
  warmUps = 2,
): Record<Name, number[]> {
  const names = Object.keys(contenders) as Name[];
  const figures = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<Name, number[]>;
  for (let round = -warmUps; round < rounds; round++) {
    for (const name of names) {
      const value = contenders[name]();
      if (round >= 0) figures[name].push(value);
    }
  }
  return figures;
}
