import { caveOpenness } from '../../src/terrain/cave-openness.ts';
import { landShape } from '../../src/terrain/land-shape.ts';
import { CHUNK_M, Space, WORLD_SEED } from '../../src/terrain/places.ts';
import { gridRandom, valueNoise } from '../../src/terrain/value-noise.ts';
import { blankCanvas, type Art } from './art.ts';
import { caveFloorColour, landColour, mixRgb, ramp, rgb, type Rgb } from './ground-colour.ts';
import { PALETTE } from './palette.ts';
import { blob, stroke, type Pen } from './paper.ts';

const PX_PER_M = 16;
/** One more pixel on each side hides the seams between pieces. */
const BLEED_PX = 1;
const SIZE_PX = CHUNK_M * PX_PER_M + 2 * BLEED_PX;
/** The terrain is asked at this grid and runs straight between its points. */
const GRID_M = 0.5;
/** Grid points beyond the chunk to the south, because a cave's wall shows above the floor in front of it. */
const GRID_BEYOND = 4;
const GRID_SIZE = CHUNK_M / GRID_M + 2 * GRID_BEYOND + 1;
const WALL_HEIGHT_M = 1.3;

const CAVE_ROCK = rgb(PALETTE.caveRock);
const CAVE_RIM = rgb(PALETTE.caveRim);
const CAVE_WALL = rgb(PALETTE.caveWall);

/** Paints the ground of one chunk, flat bands of colour as on a drawn map. The foot is its south-west corner. */
export function paintGround(space: number, chunkColumn: number, chunkRow: number): Art {
  const canvas = blankCanvas(SIZE_PX, SIZE_PX);
  const pen = canvas.getContext('2d')!;
  const image = pen.createImageData(SIZE_PX, SIZE_PX);
  const west = chunkColumn * CHUNK_M;
  const south = chunkRow * CHUNK_M;
  if (space === Space.Land) colourLand(image.data, west, south);
  else colourCave(image.data, west, south);
  pen.putImageData(image, 0, 0);

  pen.translate(BLEED_PX, SIZE_PX - BLEED_PX);
  pen.scale(PX_PER_M, PX_PER_M);
  if (space === Space.Land) scatterOnLand(pen, west, south);
  else scatterInCave(pen, west, south);
  return { canvas, pxPerM: PX_PER_M, footX: BLEED_PX / SIZE_PX, footY: (SIZE_PX - BLEED_PX) / SIZE_PX };
}

function colourLand(pixels: Uint8ClampedArray, west: number, south: number): void {
  const heights = new Float32Array(GRID_SIZE * GRID_SIZE);
  const forests = new Float32Array(GRID_SIZE * GRID_SIZE);
  const paths = new Float32Array(GRID_SIZE * GRID_SIZE);
  for (let row = 0; row < GRID_SIZE; row++) {
    for (let column = 0; column < GRID_SIZE; column++) {
      const x = west + (column - GRID_BEYOND) * GRID_M;
      const y = south + (row - GRID_BEYOND) * GRID_M;
      const shape = landShape(x, y);
      const wobble = valueNoise(WORLD_SEED + 9, x / 2.2, y / 2.2);
      heights[row * GRID_SIZE + column] = shape.height + wobble * 0.035;
      forests[row * GRID_SIZE + column] = shape.forest + wobble * 0.14;
      paths[row * GRID_SIZE + column] = shape.pathM + wobble * 0.55;
    }
  }
  forEachPixel(pixels, (column, row) =>
    landColour(between(heights, column, row), between(forests, column, row), between(paths, column, row)),
  );
}

function colourCave(pixels: Uint8ClampedArray, west: number, south: number): void {
  const openness = new Float32Array(GRID_SIZE * GRID_SIZE);
  for (let row = 0; row < GRID_SIZE; row++) {
    for (let column = 0; column < GRID_SIZE; column++) {
      const x = west + (column - GRID_BEYOND) * GRID_M;
      const y = south + (row - GRID_BEYOND) * GRID_M;
      openness[row * GRID_SIZE + column] = caveOpenness(x, y) + valueNoise(WORLD_SEED + 9, x / 1.4, y / 1.4) * 0.05;
    }
  }
  forEachPixel(pixels, (column, row) => {
    const here = between(openness, column, row);
    const wallFoot = between(openness, column, row - WALL_HEIGHT_M / GRID_M);
    const rimFoot = between(openness, column, row - (WALL_HEIGHT_M + 0.22) / GRID_M);
    let colour = mixRgb(CAVE_ROCK, CAVE_RIM, ramp(rimFoot, 0.01, 0.02));
    const streak = gridRandom(3, Math.floor(column * 2.3), 0) * 0.35;
    colour = mixRgb(colour, mixRgb(CAVE_WALL, CAVE_RIM, streak), ramp(wallFoot, 0.01, 0.02));
    return mixRgb(colour, caveFloorColour(here), ramp(here, 0.01, 0.012));
  });
}

/** Calls for each pixel with its place on the terrain's grid. */
function forEachPixel(pixels: Uint8ClampedArray, colourAt: (column: number, row: number) => Rgb): void {
  const gridPerPx = 1 / PX_PER_M / GRID_M;
  for (let py = 0; py < SIZE_PX; py++) {
    for (let px = 0; px < SIZE_PX; px++) {
      const column = (px - BLEED_PX + 0.5) * gridPerPx + GRID_BEYOND;
      const row = (SIZE_PX - BLEED_PX - py - 0.5) * gridPerPx + GRID_BEYOND;
      const [red, green, blue] = colourAt(column, row);
      const at = (py * SIZE_PX + px) * 4;
      pixels[at] = red;
      pixels[at + 1] = green;
      pixels[at + 2] = blue;
      pixels[at + 3] = 255;
    }
  }
}

function between(grid: Float32Array, column: number, row: number): number {
  const i = Math.floor(column);
  const j = Math.floor(row);
  const u = column - i;
  const v = row - j;
  const at = j * GRID_SIZE + i;
  const low = grid[at]! + (grid[at + 1]! - grid[at]!) * u;
  const high = grid[at + GRID_SIZE]! + (grid[at + GRID_SIZE + 1]! - grid[at + GRID_SIZE]!) * u;
  return low + (high - low) * v;
}

/** Tufts, flowers, pebbles and glints: one thing at most in each square of this edge. */
const SCATTER_M = 0.8;

function forEachScatter(
  west: number,
  south: number,
  put: (x: number, y: number, chance: number, dice: number) => void,
): void {
  const count = Math.round(CHUNK_M / SCATTER_M);
  for (let row = 0; row < count; row++) {
    for (let column = 0; column < count; column++) {
      const gridColumn = Math.round(west / SCATTER_M) + column;
      const gridRow = Math.round(south / SCATTER_M) + row;
      const x = (column + 0.15 + 0.7 * gridRandom(21, gridColumn, gridRow)) * SCATTER_M;
      const y = (row + 0.15 + 0.7 * gridRandom(22, gridColumn, gridRow)) * SCATTER_M;
      put(x, y, gridRandom(23, gridColumn, gridRow), gridRandom(24, gridColumn, gridRow));
    }
  }
}

const FLOWERS = ['#f6efdc', '#f2d26b', '#e9a9bf', '#b9a5e8'] as const;

function scatterOnLand(pen: Pen, west: number, south: number): void {
  forEachScatter(west, south, (x, y, chance, dice) => {
    const { height, forest, pathM } = landShape(west + x, south + y);
    if (height < -0.18) {
      if (chance < 0.07)
        stroke(
          pen,
          [
            [x - 0.3, -y],
            [x - 0.1, -y - 0.05],
            [x + 0.3, -y],
          ],
          0.05,
          'rgba(190, 222, 214, 0.4)',
        );
    } else if (height > 0.16 && pathM > 1.6) {
      if (height > 0.58 ? chance < 0.16 : chance < 0.34)
        tuft(pen, x, y, height > 0.58 ? PALETTE.meadowDeep : forest > 0 ? '#56793f' : '#7c9d4c');
      else if (chance > 0.955 && forest < 0.1) flower(pen, x, y, FLOWERS[Math.floor(dice * FLOWERS.length)]!);
      else if (chance > 0.93 && height > 0.5) pebble(pen, x, y);
    } else if (height > 0.02 && chance < 0.035 && pathM > 1) {
      pebble(pen, x, y);
    } else if (pathM < 1 && chance < 0.12) {
      blob(pen, x, -y, 0.09, 0.06, 'rgba(150, 126, 84, 0.35)');
    }
  });
}

function scatterInCave(pen: Pen, west: number, south: number): void {
  forEachScatter(west, south, (x, y, chance, dice) => {
    if (caveOpenness(west + x, south + y) < 0.1) return;
    if (chance < 0.08) blob(pen, x, -y, 0.2 + dice * 0.3, 0.08 + dice * 0.1, 'rgba(30, 26, 46, 0.35)');
    else if (chance < 0.14) blob(pen, x, -y, 0.1, 0.07, PALETTE.caveRim);
  });
}

function tuft(pen: Pen, x: number, y: number, colour: string): void {
  for (const lean of [-0.12, 0, 0.12])
    stroke(
      pen,
      [
        [x + lean * 0.5, -y],
        [x + lean * 1.4, -y - 0.24 + Math.abs(lean) * 0.6],
      ],
      0.055,
      colour,
    );
}

function flower(pen: Pen, x: number, y: number, colour: string): void {
  stroke(
    pen,
    [
      [x, -y],
      [x, -y - 0.18],
    ],
    0.045,
    '#6b8a45',
  );
  for (const [dx, dy] of [
    [-0.07, 0],
    [0.07, 0],
    [0, -0.07],
    [0, 0.07],
  ] as const)
    blob(pen, x + dx, -y - 0.24 + dy, 0.065, 0.065, colour);
  blob(pen, x, -y - 0.24, 0.045, 0.045, PALETTE.ember);
}

function pebble(pen: Pen, x: number, y: number): void {
  blob(pen, x, -y, 0.13, 0.09, PALETTE.stone);
  blob(pen, x - 0.02, -y - 0.03, 0.09, 0.055, PALETTE.stoneLight);
}
