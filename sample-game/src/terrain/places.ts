/** Spaces of the world: the open land, and the cave under it. Each has its own coordinates in metres, east and north positive. */
export const Space = { Land: 0, Cave: 1 } as const;

/**
 * The terrain is worked out in chunks of this edge, each from WORLD_SEED alone and at first need: by the module, by the page and by
 * the bots for themselves, so that none of it is stored or sent. A chunk is a cell of the area of interest, too.
 */
export const CHUNK_M = 16;

/** The land is an island of this size; the cave is smaller. Whole chunks. */
export const EXTENT_M = [
  { width: 256, height: 192 },
  { width: 64, height: 48 },
] as const;

/** What the terrain grows from. Another number is another island. */
export const WORLD_SEED = 7130;

/** The fire round which players appear. */
export const CAMP = { x: 118, y: 92 } as const;

/** A way between two spaces: whoever steps within `reachM` of one end stands at the other's doorstep. */
export const DOORS = [
  { space: Space.Land, x: 146, y: 113, to: Space.Cave, toX: 31, toY: 9.5, reachM: 1.3 },
  { space: Space.Cave, x: 31, y: 6, to: Space.Land, toX: 146, toY: 109.5, reachM: 1.3 },
] as const;

/** Trodden paths over the land, each a line of points. */
export const PATHS = [
  [
    { x: 118, y: 92 },
    { x: 127, y: 95 },
    { x: 133, y: 103 },
    { x: 141, y: 106 },
    { x: 146, y: 113 },
  ],
  [
    { x: 118, y: 92 },
    { x: 109, y: 90 },
    { x: 101, y: 83 },
    { x: 88, y: 81 },
  ],
] as const;
