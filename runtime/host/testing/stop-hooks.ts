/**
 * Code as esbuild prints it, with a call of `stopHere(site)` where V8 may end a script: at the start of each function that has a body and of
 * each turn of a loop. `siteOf` gives the number of a site from its text.
 */
export function withStopHooks(code: string, siteOf: (text: string) => number): string {
  let around = '';
  return code
    .split('\n')
    .map((line) => {
      const isFunction = FUNCTION.test(line) && !OTHER_BLOCK.test(line);
      if (isFunction) around = line.trim();
      if (!isFunction && !LOOP.test(line)) return line;
      const place = isFunction ? around : `${around} ${line.trim()}`;
      return `${line} stopHere(${siteOf(place)});`;
    })
    .join('\n');
}

const FUNCTION = /^\s*(?:.*\bfunction\b.*\) \{|.*=> \{|(?:(?:static|get|set) )*[#\w$]+\(.*\) \{)$/;
const OTHER_BLOCK = /^\s*(?:if|switch|for|while|catch|\} )/;
const LOOP = /^\s*(?:for \(.*\) \{|while \(.*\) \{|do \{)$/;
