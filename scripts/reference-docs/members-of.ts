/** A public member of an exported interface or class, as declared. */
export interface Member {
  readonly signature: string;
  /** Of its comment, as one line; empty: it has none. */
  readonly doc: string;
}

/**
 * The members of a declaration in the text of a source that is formatted as ours are: two blanks before each member. Overloads count once. Throws when there is
 * no such declaration, or it has no members.
 */
export function membersOf(source: string, name: string): Member[] {
  const start = source.search(new RegExp(`^export (?:interface|class) ${name}\\b`, 'm'));
  if (start === -1) throw new Error(`there is no exported ${name}`);
  const members = new Map<string, Member>();
  let doc = '';
  let comment: string[] | null = null;
  let begun = '';
  for (const line of source.slice(start, source.indexOf('\n}\n', start)).split('\n').slice(1)) {
    if (comment !== null || /^ {2}\/\*\*/.test(line)) {
      comment = [...(comment ?? []), line.replace(/^ *(?:\/\*\*|\*\/|\*) ?| ?\*\/$/g, '')];
      if (!line.endsWith('*/')) continue;
      doc = comment.join(' ').trim();
      comment = null;
      continue;
    }
    if (begun === '' && !/^ {2}[\w[(]/.test(line)) continue;
    begun += begun === '' ? line.trim() : ` ${line.trim()}`;
    if (!/[;{]$/.test(line)) continue;
    const signature = begun
      .replace(/ ?[;{]$/, '')
      .replace(/^get (\w+)\(\)/, '$1')
      .replace(/^(?:override |readonly )+/, '')
      .replaceAll('( ', '(')
      .replaceAll(', )', ')');
    const key = /^[\w.[\]]*/.exec(signature)![0];
    const isHidden = signature.startsWith('#') || key === 'constructor' || key === 'private';
    if (!isHidden && !members.has(key)) members.set(key, { signature, doc });
    doc = '';
    begun = '';
  }
  if (members.size === 0) throw new Error(`${name} has no members`);
  return [...members.values()];
}
