import type { SenderError } from '@tickbase/schema';

/** A refusal's words for the client: a string, whatever the module has made of its message. */
export function refusalText(error: SenderError): string {
  try {
    return String(error.message);
  } catch {
    return 'the call was refused';
  }
}
