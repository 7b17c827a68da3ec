import { ruleOfIssuer } from './rule-of-issuer.ts';

/** Whom the tokens of an issuer must be for: the names that are given for it alone, or else those that are given for all. */
export function audiencesOf(
  issuer: string,
  audiences: readonly string[],
  issuers: readonly string[],
): readonly string[] {
  const rules = audiences.map((name) => ruleOfIssuer(name, issuers));
  const own = rules.filter((rule) => rule.issuer === issuer);
  return (own.length > 0 ? own : rules.filter((rule) => rule.issuer === null)).map(({ text }) => text);
}
