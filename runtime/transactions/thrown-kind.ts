import { Fault } from '@tickbase/base';
import { SenderError } from '@tickbase/schema';

/** What a module threw. Safe against a proxy that throws when it is asked for its prototype. */
export function thrownKind(thrown: unknown): 'fault' | 'refusal' | 'failure' {
  try {
    if (thrown instanceof Fault) return 'fault';
    return thrown instanceof SenderError ? 'refusal' : 'failure';
  } catch {
    return 'failure';
  }
}
