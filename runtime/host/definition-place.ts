import type { ModuleSourceMap } from './module-source-map.ts';

/**
 * The author's place of a function of the module, by the name under which it is exported; null: not found. Looked up in the bundle when it is
 * asked for: a function that was stopped by force leaves no stack.
 */
export function definitionPlace(bundle: string, sourceMap: ModuleSourceMap, name: string): string | null {
  const definition = new RegExp(`\\b${name.replaceAll('$', '\\$')}\\d* = `, 'g');
  for (const { index } of bundle.matchAll(definition)) {
    const line = bundle.slice(0, index).split('\n');
    const place = sourceMap.placeOf(line.length, line.at(-1)!.length + 1);
    if (place !== null) return place;
  }
  return null;
}
