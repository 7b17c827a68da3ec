/** Clients could not come in, or did not stay: so many are not held. */
export class CrowdLost extends Error {}
