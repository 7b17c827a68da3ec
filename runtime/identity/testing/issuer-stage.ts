import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CompactSign } from 'jose';
import { Provider } from 'oidc-provider';

/**
 * A real OpenID Connect issuer on this machine, whose keys can be exchanged while it runs, and the same keys to sign what the issuer would never
 * sign. `fault` stands before it: what it returns true for it has answered, or never will.
 */
export class IssuerStage {
  readonly address: string;
  /** Paths that were asked for. */
  readonly asked: string[] = [];
  fault: ((request: IncomingMessage, response: ServerResponse) => boolean) | null = null;
  readonly #server: Server;
  #handle: Handler = () => {};
  #keys: IssuerKey[] = [];

  private constructor(server: Server) {
    this.#server = server;
    this.address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      this.asked.push(request.url!);
      if (this.fault?.(request, response) !== true) this.#handle(request, response);
    });
  }

  static async open(...keys: IssuerKey[]): Promise<IssuerStage> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const stage = new IssuerStage(server);
    stage.exchangeKeys(...keys);
    return stage;
  }

  get keys(): readonly IssuerKey[] {
    return this.#keys;
  }

  exchangeKeys(...keys: IssuerKey[]): void {
    this.#keys = keys;
    const algorithms = [...new Set(keys.map(({ algorithm }) => algorithm))];
    const provider = new Provider(this.address, {
      jwks: {
        keys: keys.map(jwkOf),
      },
      clients: [
        {
          client_id: 'ann',
          client_secret: 'of ann',
          grant_types: ['client_credentials'],
          redirect_uris: [],
          response_types: [],
          id_token_signed_response_alg: algorithms[0],
        },
      ],
      enabledJWA: { idTokenSigningAlgValues: algorithms },
      features: {
        devInteractions: { enabled: false },
        clientCredentials: { enabled: true },
        resourceIndicators: {
          enabled: true,
          defaultResource: () => AUDIENCE,
          getResourceServerInfo: () => ({
            scope: '',
            accessTokenTTL: 60,
            accessTokenFormat: 'jwt',
            jwt: { sign: { alg: algorithms[0] } },
          }),
        },
      },
    });
    this.#handle = provider.callback();
  }

  /** What the issuer gives its client `ann`. */
  async tokenOfAnn(): Promise<string> {
    const response = await fetch(`${this.address}/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from('ann:of+ann').toString('base64')}` },
      body: new URLSearchParams({ grant_type: 'client_credentials', resource: AUDIENCE }),
    });
    const { access_token: token } = (await response.json()) as { access_token?: string };
    if (token === undefined) throw new Error(`the issuer gave no token: ${response.status}`);
    return token;
  }

  /** A token of the issuer's own key with whatever is asked for in it. `claims`: those of a good token, unless they are overwritten. */
  sign(claims: object = {}, head: object = {}, key: IssuerKey = this.#keys[0]!): Promise<string> {
    return this.signText(JSON.stringify({ ...this.goodClaims(), ...claims }), head, key);
  }

  signText(payload: string, head: object = {}, key: IssuerKey = this.#keys[0]!): Promise<string> {
    return new CompactSign(new TextEncoder().encode(payload))
      .setProtectedHeader({ alg: key.algorithm, kid: key.id, ...head })
      .sign(key.privateKey);
  }

  goodClaims(): { iss: string; sub: string; aud: string; exp: number; iat: number } {
    const nowS = Math.floor(Date.now() / 1_000);
    return { iss: this.address, sub: 'ann', aud: AUDIENCE, exp: nowS + 600, iat: nowS };
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

export interface IssuerKey {
  readonly id: string;
  readonly algorithm: 'ES256' | 'RS256';
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

export function makeIssuerKey(id: string, algorithm: IssuerKey['algorithm'] = 'ES256'): IssuerKey {
  const pair =
    algorithm === 'ES256'
      ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
      : generateKeyPairSync('rsa', { modulusLength: 2048 });
  return { id, algorithm, ...pair };
}

function jwkOf({ id, algorithm, privateKey }: IssuerKey): object {
  return Object.assign(privateKey.export({ format: 'jwk' }), { kid: id, alg: algorithm, use: 'sig' });
}

export const AUDIENCE = 'urn:game';
