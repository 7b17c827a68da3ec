/**
 * Parses an object of a token: JSON whose objects name each key once, nested no deeper than `depthMax`, with no key `__proto__`. Two readers
 * of such a text cannot read it in two ways. Null: it is something else.
 */
export function parseStrictObject(bytes: Uint8Array, depthMax: number): Record<string, unknown> | null {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    const value = JSON.parse(text) as unknown;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
    return hasPlainKeys(text, depthMax) ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

/** `text` is known to be JSON: strings and brackets alone need a look. */
function hasPlainKeys(text: string, depthMax: number): boolean {
  /** For each open bracket its keys so far; null: an array. */
  const open: (Set<string> | null)[] = [];
  let isKeyNext = false;
  for (let at = 0; at < text.length; at++) {
    switch (text[at]) {
      case '{':
      case '[':
        if (open.push(text[at] === '{' ? new Set() : null) > depthMax) return false;
        isKeyNext = text[at] === '{';
        break;
      case '}':
      case ']':
        open.pop();
        isKeyNext = false;
        break;
      case ',':
        isKeyNext = open.at(-1) !== null;
        break;
      case '"': {
        const start = at++;
        while (text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
        if (!isKeyNext) break;
        isKeyNext = false;
        const key = JSON.parse(text.slice(start, at + 1)) as string;
        const keys = open.at(-1)!;
        if (key === '__proto__' || keys.has(key)) return false;
        keys.add(key);
        break;
      }
      default:
    }
  }
  return true;
}
