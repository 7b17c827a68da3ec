/** Names that can be given, a line for each with what it does, for a help. */
export function nameList(names: readonly string[], texts: Readonly<Record<string, string>>): string {
  const width = Math.max(...names.map((name) => name.length));
  return names.map((name) => `  ${name.padEnd(width)}   ${texts[name] ?? ''}`.trimEnd()).join('\n');
}
