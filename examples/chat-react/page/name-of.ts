import type { User } from '../module_bindings/index.ts';

/** What a person is called; who has not said a name goes by the end of the identity, as all identities begin alike. */
export function nameOf(user: User): string {
  return user.name ?? `guest ${user.identity.toHexString().slice(-4)}`;
}
