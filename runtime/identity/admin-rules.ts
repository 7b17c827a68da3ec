import type { ProvedToken } from './proved-token.ts';
import { ruleOfIssuer } from './rule-of-issuer.ts';

/**
 * Who may do what the owner of the database may: the owner, and whom the configuration names by identity, or by a claim that their token has.
 * Claims of a foreign token count alone: this server gives nobody any.
 */
export class AdminRules {
  readonly #identities = new Set<bigint>();
  readonly #claims: { readonly name: string; readonly value: string; readonly issuer: string | null }[] = [];

  /** `rules`: each of them `isAdminRule`; `issuers`: those that a rule may be for alone. */
  constructor(owner: bigint, rules: readonly string[], issuers: readonly string[] = []) {
    this.#identities.add(owner);
    for (const rule of rules) {
      const place = rule.indexOf('=');
      if (place === -1) this.#identities.add(BigInt(`0x${rule}`));
      else {
        const { text, issuer } = ruleOfIssuer(rule.slice(place + 1), issuers);
        this.#claims.push({ name: rule.slice(0, place), value: text, issuer });
      }
    }
  }

  isAdmin({ identity, claims }: Pick<ProvedToken, 'identity' | 'claims'>): boolean {
    if (this.#identities.has(identity)) return true;
    if (this.#claims.length === 0) return false;
    const said = JSON.parse(claims) as Record<string, unknown>;
    return this.#claims.some(
      ({ name, value, issuer }) =>
        (issuer === null || said['iss'] === issuer) && Object.hasOwn(said, name) && names(said[name], value),
    );
  }
}

/** 64 hex digits, or `claim=value`, `claim=value@issuer`. */
export function isAdminRule(text: string): boolean {
  return /^[0-9a-f]{64}$/.test(text) || /^[^=\s]+=\S+$/.test(text);
}

/** A claim says one thing, or a list of them, or words in a row, as `scope` does. */
function names(claim: unknown, value: string): boolean {
  if (typeof claim === 'string') return claim.split(' ').includes(value);
  return Array.isArray(claim) && claim.includes(value);
}
