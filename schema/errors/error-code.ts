/**
 * One row of the table of codes, from which docs/reference/errors.md is generated. `what` and `mend` speak in general;
 * the error itself names the place.
 */
export interface ErrorCode {
  readonly code: string;
  readonly what: string;
  readonly mend: string;
}
