export { AdminRules, isAdminRule } from './admin-rules.ts';
export { audiencesOf } from './audiences-of.ts';
export { Authenticator, type AuthenticatorOptions, PASS_S } from './authenticator.ts';
export { deriveIdentity } from './derive-identity.ts';
export { isIssuer } from './issuer-keys.ts';
export type { ProvedToken } from './proved-token.ts';
export { ruleOfIssuer } from './rule-of-issuer.ts';
export { type TokenCode, TokenRefusal } from './token-refusal.ts';
