/** Collects what a generated file needs, while its body is written. */
export class FileImports {
  readonly #values = new Map<string, Set<string>>();
  readonly #types = new Map<string, Set<string>>();

  /** Gives the name back, so that it can be written where it is used. */
  value(from: string, name: string): string {
    add(this.#values, from, name);
    return name;
  }

  type(from: string, name: string): string {
    add(this.#types, from, name);
    return name;
  }

  /** The import lines: packages first, then files, each by name. */
  text(): string {
    const sources = [...new Set([...this.#values.keys(), ...this.#types.keys()])].sort(bySource);
    return sources.map((source) => this.#line(source)).join('');
  }

  #line(source: string): string {
    const values = [...(this.#values.get(source) ?? [])];
    const types = [...(this.#types.get(source) ?? [])].filter((name) => !values.includes(name));
    if (values.length === 0) return importLine('import type', types.sort(byName), source);
    const names = [
      ...values.map((name) => ({ name, text: name })),
      ...types.map((name) => ({ name, text: `type ${name}` })),
    ];
    const texts = names.sort((a, b) => byName(a.name, b.name)).map(({ text }) => text);
    return importLine('import', texts, source);
  }
}

const WIDTH = 120;

function importLine(keyword: string, names: readonly string[], source: string): string {
  const line = `${keyword} { ${names.join(', ')} } from '${source}';\n`;
  if (line.length <= WIDTH) return line;
  return `${keyword} {\n${names.map((name) => `  ${name},\n`).join('')}} from '${source}';\n`;
}

function add(map: Map<string, Set<string>>, from: string, name: string): void {
  const names = map.get(from);
  if (names === undefined) map.set(from, new Set([name]));
  else names.add(name);
}

function bySource(a: string, b: string): number {
  const isFileA = a.startsWith('.');
  return isFileA === b.startsWith('.') ? byName(a, b) : isFileA ? 1 : -1;
}

function byName(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
