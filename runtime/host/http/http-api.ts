import { ByteWriter, nearestName, TickbaseError } from '@tickbase/base';
import { encodeValue } from '@tickbase/protocol';
import { type Plan, type ReducerPlan, shownPlan, valueFromJson } from '@tickbase/schema/plan';
import { Identity } from '@tickbase/schema/values';
import type { ApiAnswer, ApiRequest, ApiStatus, Gateway, WebWork } from '../../gateway/index.ts';
import { type AdminRules, type Authenticator, type ProvedToken, TokenRefusal } from '../../identity/index.ts';

/** What the addresses for tools and pages do. */
export class HttpApi {
  readonly #parts: HttpApiParts;

  constructor(parts: HttpApiParts) {
    this.#parts = parts;
  }

  async answer(request: ApiRequest): Promise<ApiAnswer> {
    const { identities } = this.#parts;
    if (request.route === 'identity')
      return told(await identities.name(), ({ identity, token }) => ({
        identity: new Identity(identity).toHexString(),
        token,
      }));
    if (request.route === 'schema' && request.token === '') return this.#schema(null);
    if (request.token === '') return refused(401, 'TOKEN_MISSING', 'this address wants to know who asks');
    const who = await identities.prove(request.token);
    if (who instanceof TokenRefusal) return tokenRefused(who);
    switch (request.route) {
      case 'websocket-token':
        return told(await identities.pass(who), (token) => ({ token }));
      case 'call':
        return this.#call(who, request);
      case 'sql':
        return this.#statement(who, request);
      case 'renew':
        return this.#renew(who, request);
      default:
        return this.#schema(who);
    }
  }

  async #call(who: ProvedToken, { name, body }: ApiRequest): Promise<ApiAnswer> {
    const { reducers } = this.#parts.plan();
    const place = reducers.findIndex((candidate) => candidate.name === name || candidate.accessor === name);
    const reducer = reducers[place];
    if (reducer === undefined) return refused(404, 'UNKNOWN_REDUCER', reducerUnknown(name, reducers));
    if (reducer.role !== 'call')
      return refused(403, 'REDUCER_NOT_CALLABLE', `${reducer.name} is run by the server only`);
    let args: Uint8Array;
    try {
      args = encodeArguments(reducer, body);
    } catch (error) {
      if (error instanceof TickbaseError) return refused(400, error.code, `${reducer.name}: ${error.what}`);
      throw error;
    }
    return this.#run(who, { kind: 'call', reducer: place, args }, () => ({}));
  }

  async #statement(who: ProvedToken, { body }: ApiRequest): Promise<ApiAnswer> {
    if (!this.#parts.admins.isAdmin(who))
      return refused(403, 'NOT_ALLOWED', 'statements of SQL are for the owner and admins');
    const text = textOf(body);
    if (text === null) return refused(400, 'BODY_MALFORMED', 'the body is no text in UTF-8');
    return this.#run(who, { kind: 'statement', text }, (answer) => JSON.parse(answer) as object);
  }

  #renew(who: ProvedToken, { body }: ApiRequest): ApiAnswer {
    const { connectionId } = (jsonOf(body) ?? {}) as { connectionId?: unknown };
    if (typeof connectionId !== 'string' || !/^(0x)?[0-9a-f]{32}$/i.test(connectionId)) {
      return refused(400, 'BODY_MALFORMED', 'the body is to be { "connectionId": 32 hex digits }');
    }
    if (who.isPass) return refused(403, 'NOT_ALLOWED', 'a pass renews nothing: show the token that it stands for');
    const isDone = this.#parts.gateway.renew(BigInt(`0x${connectionId.replace(/^0x/i, '')}`), who);
    return isDone
      ? { status: 200, body: {} }
      : refused(404, 'UNKNOWN_CONNECTION', 'this identity has no such connection');
  }

  /** To everybody what clients see, to admins all. */
  #schema(who: ProvedToken | null): ApiAnswer {
    const plan = this.#parts.plan();
    if (who !== null && this.#parts.admins.isAdmin(who)) return { status: 200, body: plan };
    const reducers = plan.reducers.filter(({ role }) => role === 'call');
    return { status: 200, body: { ...shownPlan(plan), reducers, systems: [] } };
  }

  #run(who: ProvedToken, work: WebWork, body: (answer: string) => object): Promise<ApiAnswer> {
    return new Promise((resolve) => {
      const refusal = this.#parts.gateway.request(who, work, ({ code, message }) => {
        resolve(code === '' ? { status: 200, body: body(message) } : ranRefused(work, code, message));
      });
      if (refusal !== null) resolve(refused(503, refusal.code, refusal.message));
    });
  }
}

export interface HttpApiParts {
  readonly gateway: Pick<Gateway, 'request' | 'renew'>;
  readonly identities: Pick<Authenticator, 'name' | 'pass' | 'prove'>;
  readonly admins: AdminRules;
  /** Of the module that is served now. */
  readonly plan: () => Plan;
}

/** A list of the arguments in order, or an object by their names. */
function encodeArguments({ params }: ReducerPlan, body: Uint8Array): Uint8Array {
  const json = body.length === 0 ? [] : jsonOf(body);
  if (typeof json !== 'object' || json === null)
    throw malformed('the body is no list of arguments, and no object with their names');
  const values: readonly unknown[] = Array.isArray(json) ? json : inOrder(json as Record<string, unknown>, params);
  if (values.length !== params.length) throw malformed(`${argumentsText(params)}, not ${values.length}`);
  const writer = new ByteWriter();
  params.forEach(({ type, accessor }, place) =>
    encodeValue(writer, type, valueFromJson(type, values[place], accessor)),
  );
  return writer.copy();
}

/** With the names that there are, the one that was likely meant first. */
function reducerUnknown(name: string, reducers: readonly ReducerPlan[]): string {
  const text = `there is no reducer ${JSON.stringify(name.slice(0, NAME_LENGTH_SHOWN))}`;
  const names = reducers.filter(({ role }) => role === 'call').map((reducer) => reducer.name);
  if (names.length === 0) return `${text}, nor any other that can be called`;
  const nearest = nearestName(name, names);
  const ordered = nearest === null ? names : [nearest, ...names.filter((other) => other !== nearest)];
  const left = ordered.length - NAMES_SHOWN;
  return `${text}; there are ${ordered.slice(0, NAMES_SHOWN).join(', ')}${left > 0 ? ` and ${left} more` : ''}`;
}

function argumentsText(params: ReducerPlan['params']): string {
  if (params.length === 0) return 'it takes no arguments';
  const names = params.map(({ accessor }) => accessor).join(', ');
  return `it takes ${params.length} ${params.length === 1 ? 'argument' : 'arguments'} (${names})`;
}

/** What was given by parameters' names or accessors. */
function inOrder(given: Readonly<Record<string, unknown>>, params: ReducerPlan['params']): unknown[] {
  const isParam = (key: string): boolean => params.some(({ name, accessor }) => key === name || key === accessor);
  const unknown = Object.keys(given).find((key) => !isParam(key));
  if (unknown !== undefined)
    throw malformed(`there is no parameter ${JSON.stringify(unknown.slice(0, NAME_LENGTH_SHOWN))}`);
  return params.map(({ name, accessor }) => {
    const key = [accessor, name].find((candidate) => Object.hasOwn(given, candidate));
    return key === undefined ? undefined : given[key];
  });
}

function ranRefused(work: WebWork, code: string, message: string): ApiAnswer {
  if (work.kind === 'statement' && code === 'SENDER_ERROR') {
    const [, own = 'SQL_FAILED', what = message] = /^([A-Z_]+): ([^]*)$/.exec(message) ?? [];
    return refused(own.startsWith('STORE_') ? 422 : 400, own, what);
  }
  if (work.kind === 'statement' && code === 'INTERNAL_ERROR') return refused(422, 'SQL_FAILED', message);
  if (code === 'INTERNAL_ERROR') return refused(500, code, 'the reducer failed');
  return refused(STATUSES[code] ?? 503, code, message);
}

const STATUSES: Readonly<Record<string, ApiStatus>> = {
  SENDER_ERROR: 422,
  CONNECTION_REFUSED: 403,
  MODULE_REPLACED: 404,
  CALL_STOPPED: 500,
};

function told<T>(outcome: T | TokenRefusal, body: (outcome: T) => object): ApiAnswer {
  return outcome instanceof TokenRefusal ? tokenRefused(outcome) : { status: 200, body: body(outcome) };
}

function tokenRefused({ code, message }: TokenRefusal): ApiAnswer {
  return refused(code === 'ISSUER_UNREACHABLE' || code === 'TOO_MANY_TOKENS' ? 503 : 401, code, message);
}

function refused(status: ApiStatus, code: string, message: string): ApiAnswer {
  return { status, body: { code, message } };
}

function malformed(what: string): TickbaseError {
  return new TickbaseError({
    code: 'BODY_MALFORMED',
    what,
    where: 'the body',
    mend: 'send a list or an object, as JSON',
  });
}

function jsonOf(body: Uint8Array): unknown {
  const text = textOf(body);
  if (text === null) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function textOf(body: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    return null;
  }
}

/** UTF-16 units of a name that somebody has sent. */
const NAME_LENGTH_SHOWN = 64;
/** Of the reducers that there are. */
const NAMES_SHOWN = 20;
