import { SourceMap, type SourceMapPayload } from 'node:module';
import { dirname, isAbsolute, relative, resolve } from 'node:path';
import { BUNDLE_NAME } from './bundle-module.ts';

/** Turns places in a bundle into places in its author's files, in the text of stacks. */
export class ModuleSourceMap {
  readonly #map: SourceMap;
  readonly #modulePath: string;
  readonly #bundleFolder: string;

  /** `bundlePath`: where the bundler was told that the bundle lies. */
  constructor(mapJson: string, modulePath: string, bundlePath: string) {
    this.#map = new SourceMap(JSON.parse(mapJson) as SourceMapPayload);
    this.#modulePath = modulePath;
    this.#bundleFolder = dirname(bundlePath);
  }

  /** The author's place of a position in the bundle (both from 1); null: the code is the runtime's, or nobody's. */
  placeOf(line: number, column: number): string | null {
    const entry = this.#map.findEntry(line - 1, column - 1);
    if (!('originalSource' in entry) || entry.originalSource === undefined) return null;
    const file = resolve(this.#bundleFolder, entry.originalSource);
    const inModule = relative(this.#modulePath, file);
    if (inModule.startsWith('..') || isAbsolute(inModule) || OURS.test(inModule)) return null;
    return `${inModule}:${entry.originalLine + 1}:${entry.originalColumn + 1}`;
  }

  /** The first of the author's places that a stack passes; null: none. */
  firstPlace(stack: string): string | null {
    for (const [, line, column] of stack.matchAll(PLACE)) {
      const place = this.placeOf(Number(line), Number(column));
      if (place !== null) return place;
    }
    return null;
  }

  /** A stack as its author would have it: the message, then frames of the module's own code only. */
  mapStack(stack: string): string {
    const lines: string[] = [];
    for (const line of stack.split('\n')) {
      if (!FRAME.test(line)) {
        lines.push(line);
        continue;
      }
      let isTheirs = false;
      const mapped = line.replace(PLACE, (whole, at: string, column: string) => {
        const place = this.placeOf(Number(at), Number(column));
        isTheirs ||= place !== null;
        return place ?? whole;
      });
      if (isTheirs) lines.push(mapped);
    }
    return lines.join('\n');
  }
}

const FRAME = /^\s+at /;
const PLACE = new RegExp(`${BUNDLE_NAME.replace('.', '\\.')}:(\\d+):(\\d+)`, 'g');
/** The runtime itself, where it is installed inside of the module's folder. */
const OURS = /(^|[/\\])node_modules[/\\]@tickbase[/\\]/;
