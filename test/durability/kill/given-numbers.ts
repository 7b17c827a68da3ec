/** Every number of a sequence that a client with confirmed results has seen, and what it was given to: for good. */
export class GivenNumbers {
  readonly #owners = new Map<string, Map<number | bigint, string>>();

  /** Returns what is wrong; null: nothing. */
  note(sequence: string, number: number | bigint, owner: string): string | null {
    let owners = this.#owners.get(sequence);
    if (owners === undefined) this.#owners.set(sequence, (owners = new Map()));
    const known = owners.get(number);
    if (known === undefined) owners.set(number, owner);
    else if (known !== owner) return `${sequence} ${number} was given to call ${known}, and then to call ${owner}`;
    return null;
  }

  get count(): number {
    let count = 0;
    for (const owners of this.#owners.values()) count += owners.size;
    return count;
  }
}
