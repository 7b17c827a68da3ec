import { formatLogValue } from './format-log-value.ts';
import { LogBuffer } from './log-buffer.ts';
import type { LogLine } from './world.ts';

/**
 * Gives a context its `console`, whose lines go to the returned buffer. To be called before the module is loaded, so that its
 * top level can log, too; the buffer is then passed to createWorld. `time` has no clock to read: it is left out.
 */
export function installConsole(target: object): LogBuffer {
  const log = new LogBuffer();
  let indent = '';
  const writer =
    (level: LogLine['level']) =>
    (...values: unknown[]): void =>
      log.add(level, indent + values.map(formatLogValue).join(' '));
  const value = {
    log: writer('info'),
    info: writer('info'),
    warn: writer('warn'),
    error: writer('error'),
    debug: writer('debug'),
    trace: writer('trace'),
    assert(condition: unknown, ...values: unknown[]): void {
      if (!condition) writer('error')('Assertion failed:', ...values);
    },
    group(...values: unknown[]): void {
      if (values.length > 0) writer('info')(...values);
      indent += '  ';
    },
    groupEnd(): void {
      indent = indent.slice(2);
    },
  };
  Object.defineProperty(target, 'console', { value, writable: true, configurable: true });
  return log;
}
