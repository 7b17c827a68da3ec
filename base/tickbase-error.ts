/**
 * An error that a user can mend: what went wrong, where, and what to do. `code` is stable and listed in
 * docs/reference/errors.md. Never thrown on a hot path.
 */
export class TickbaseError extends Error {
  override readonly name = 'TickbaseError';
  readonly code: string;
  readonly what: string;
  readonly where: string;
  readonly mend: string;

  constructor(report: ErrorReport) {
    super(`${report.code}: ${report.what}\n  where: ${report.where}\n  mend:  ${report.mend}`);
    this.code = report.code;
    this.what = report.what;
    this.where = report.where;
    this.mend = report.mend;
  }

  /** The three lines that a person reads. */
  override toString(): string {
    return this.message;
  }
}

export interface ErrorReport {
  readonly code: string;
  readonly what: string;
  readonly where: string;
  readonly mend: string;
}
