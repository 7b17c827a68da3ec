import { isNativeError } from 'node:util/types';

/** True for the error of a script that was ended after its time. V8 makes it in the script's own context, so its class is another than ours. */
export function isTimeout(error: unknown): boolean {
  return (
    isNativeError(error) && Object.getOwnPropertyDescriptor(error, 'code')?.value === 'ERR_SCRIPT_EXECUTION_TIMEOUT'
  );
}
