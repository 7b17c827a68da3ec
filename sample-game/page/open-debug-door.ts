import type { DbConnection } from '../module_bindings/index.ts';
import type { DebugDoor } from './debug-door.ts';
import { receivedCells } from './world/received-cells.ts';

/** Sets `window.sampleGame`: what is in the cache as it is, and what only the page knows as `own` tells it. */
export function openDebugDoor(
  { db }: DbConnection,
  own: Pick<DebugDoor, 'state' | 'tick' | 'framesDrawn' | 'ownBodyId' | 'space' | 'hour' | 'lines' | 'isSoundOn'>,
): void {
  window.sampleGame = {
    get state() {
      return own.state;
    },
    get tick() {
      return own.tick;
    },
    get framesDrawn() {
      return own.framesDrawn;
    },
    get ownBodyId() {
      return own.ownBodyId;
    },
    get space() {
      return own.space;
    },
    get hour() {
      return own.hour;
    },
    get lines() {
      return own.lines;
    },
    get isSoundOn() {
      return own.isSoundOn;
    },
    get bodies() {
      return [...db.body.iter()].map(({ id, kind, carries, floor, x, y, hp }) => {
        const name = db.nameplate.bodyId.find(id)?.text ?? null;
        return { id: id.toString(), kind, carries, floor, x, y, hp, name };
      });
    },
    get resources() {
      return [...db.resource.iter()].map(({ id, kind, floor, x, y, left }) => ({
        id: id.toString(),
        kind,
        floor,
        x,
        y,
        left,
      }));
    },
    get fires() {
      return [...db.fire.iter()].map(({ id, floor, x, y }) => ({ id: id.toString(), floor, x, y }));
    },
    get pack() {
      return Object.fromEntries([...db.pack.iter()].map(({ item, count }) => [item, count]));
    },
    get cells() {
      return receivedCells([db.body, db.resource, db.fire]).map(({ space, cellX, cellY }) => ({ space, cellX, cellY }));
    },
  };
}
