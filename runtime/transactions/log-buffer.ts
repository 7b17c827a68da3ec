import type { LogLine } from './world.ts';

/** Log lines of the module's code between two takes: at most LOG_LINES_MAX, each at most LOG_TEXT_MAX characters; the rest is counted. */
export class LogBuffer {
  /** The reducer, system or hook that is running; empty at load. */
  origin = '';
  /** Its sender; null: nobody. */
  sender: { readonly hex: string } | null = null;
  #lines: LogLine[] = [];
  #droppedCount = 0;

  add(level: LogLine['level'], text: string, code = ''): void {
    if (this.#lines.length >= LOG_LINES_MAX) {
      this.#droppedCount++;
      return;
    }
    const shown = text.length > LOG_TEXT_MAX ? `${text.slice(0, LOG_TEXT_MAX)}…` : text;
    this.#lines.push({ level, text: shown, code, origin: this.origin, sender: this.sender?.hex ?? '' });
  }

  take(): readonly LogLine[] {
    if (this.#lines.length === 0) return NO_LINES;
    const lines = this.#lines;
    if (this.#droppedCount > 0) {
      const text = `${this.#droppedCount} more log lines were dropped`;
      lines.push({ level: 'warn', text, code: '', origin: '', sender: '' });
    }
    this.#lines = [];
    this.#droppedCount = 0;
    return lines;
  }
}

export const LOG_LINES_MAX = 1000;
export const LOG_TEXT_MAX = 8192;

const NO_LINES: readonly LogLine[] = [];
