import { assert } from '@tickbase/base';
import type { ViewerId } from '../interest/viewers-port.ts';
import { NO_PLACE, SessionPlaces } from './session-places.ts';
import type { Session } from './session.ts';

/** All sessions: by connection id, by place, by viewer, and the dropped ones in the order in which their grace ends. */
export class SessionRegistry {
  readonly places: SessionPlaces;
  readonly byConnectionId = new Map<bigint, Session>();
  /** All have the same grace, so the order of dropping is the order of ending. */
  readonly dropped = new Set<Session>();
  /** Sessions that were passed over and are owed a merged catch-up. */
  readonly behind = new Set<Session>();
  /** Those whose token has an end. */
  readonly expiring = new Set<Session>();
  readonly #byIdentity = new Map<bigint, Set<Session>>();
  /** Told when an identity's sessions have become more or fewer. */
  onCount: (identity: bigint) => void = () => {};
  readonly #byPlace: (Session | undefined)[] = [];
  readonly #byViewer: (Session | undefined)[] = [];
  readonly #viewerOf = new Map<Session, ViewerId>();

  constructor(places: SessionPlaces) {
    this.places = places;
  }

  add(session: Session, nowMs: number): void {
    assert(!this.byConnectionId.has(session.connectionId), 'two sessions with one connection id');
    this.byConnectionId.set(session.connectionId, session);
    const known = this.#byIdentity.get(session.identity);
    if (known === undefined) this.#byIdentity.set(session.identity, new Set([session]));
    else known.add(session);
    session.place = this.places.take(nowMs);
    this.#byPlace[session.place] = session;
    this.noteExpiry(session);
    this.onCount(session.identity);
  }

  /** To be called when `expiresAtS` has changed. */
  noteExpiry(session: Session): void {
    if (Number.isFinite(session.expiresAtS)) this.expiring.add(session);
    else this.expiring.delete(session);
  }

  /** The tick has given the session its viewer. */
  bindViewer(session: Session): void {
    assert(session.viewer !== null, 'a connected client has no viewer');
    this.#byViewer[session.viewer] = session;
    this.#viewerOf.set(session, session.viewer);
  }

  /** Of any state, oldest first. */
  ofIdentity(identity: bigint): ReadonlySet<Session> {
    return this.#byIdentity.get(identity) ?? NOBODY;
  }

  atPlace(place: number): Session | undefined {
    return this.#byPlace[place];
  }

  ofViewer(viewer: ViewerId): Session | undefined {
    return this.#byViewer[viewer];
  }

  remove(session: Session): void {
    this.byConnectionId.delete(session.connectionId);
    const others = this.#byIdentity.get(session.identity);
    others?.delete(session);
    if (others?.size === 0) this.#byIdentity.delete(session.identity);
    else this.onCount(session.identity);
    this.places.giveBack(session.place);
    this.#byPlace[session.place] = undefined;
    session.place = NO_PLACE;
    this.dropped.delete(session);
    this.behind.delete(session);
    this.expiring.delete(session);
    const viewer = this.#viewerOf.get(session);
    if (viewer === undefined) return;
    this.#viewerOf.delete(session);
    if (this.#byViewer[viewer] === session) this.#byViewer[viewer] = undefined;
  }
}

const NOBODY: ReadonlySet<Session> = new Set();
