import type { CloseName } from '@tickbase/protocol';

/** Why a link is closed. Goes to the client as the close reason `CODE: message`. */
export interface LinkRefusal {
  readonly close: CloseName;
  readonly code: string;
  readonly message: string;
}
