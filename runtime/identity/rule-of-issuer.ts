/** A rule for the tokens of one issuer (`game@https://issuer.example`, where that is one of `issuers`), or for those of all: null. */
export function ruleOfIssuer(
  rule: string,
  issuers: readonly string[],
): { readonly text: string; readonly issuer: string | null } {
  const place = rule.lastIndexOf('@');
  const issuer = rule.slice(place + 1);
  return place > 0 && issuers.includes(issuer) ? { text: rule.slice(0, place), issuer } : { text: rule, issuer: null };
}
