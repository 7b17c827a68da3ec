/** What a command knows of the process that it runs in. */
export interface CliIo {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** True when `out` is read by a person. */
  readonly isTerminal: boolean;
  /** Program and arguments that run this command line tool once more; left out: it cannot be run in a process of its own. */
  readonly self?: readonly string[];
}
