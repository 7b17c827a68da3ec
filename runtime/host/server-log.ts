import { pino, type DestinationStream, type Logger } from 'pino';

/** The server's log lines: JSON for machines; for a terminal one readable line each, errors and stacks below it. */
export function serverLog(options: ServerLogOptions): Logger {
  const stream = options.isForPeople ? peopleStream(options.write) : { write: options.write };
  return pino({ level: options.level ?? 'info', base: null, timestamp: pino.stdTimeFunctions.isoTime }, stream);
}

export interface ServerLogOptions {
  readonly isForPeople: boolean;
  /** Takes whole lines, each with its line end. */
  readonly write: (text: string) => void;
  readonly level?: string;
}

function peopleStream(write: (text: string) => void): DestinationStream {
  return { write: (line) => write(readable(JSON.parse(line) as Record<string, unknown>)) };
}

function readable(entry: Record<string, unknown>): string {
  const { level, time, msg, err, ...fields } = entry;
  const clock = String(time).slice(11, 23);
  const details = Object.entries(fields).map(([name, value]) => ` ${name}=${text(value)}`);
  const stack = (err as { stack?: string } | undefined)?.stack;
  const below = stack === undefined ? '' : `\n${stack.replace(/^/gm, '    ')}`;
  return `${clock} ${pino.levels.labels[level as number]!.padEnd(5)} ${String(msg)}${details.join('')}${below}\n`;
}

function text(value: unknown): string {
  return typeof value === 'string' && !/\s/.test(value) ? value : JSON.stringify(value);
}
