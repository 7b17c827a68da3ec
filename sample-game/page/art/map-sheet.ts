import { caveOpenness } from '../../src/terrain/cave-openness.ts';
import { landShape } from '../../src/terrain/land-shape.ts';
import { EXTENT_M, Space } from '../../src/terrain/places.ts';
import { blankCanvas } from './art.ts';
import { caveFloorColour, landColour, type Rgb, rgb } from './ground-colour.ts';
import { PALETTE } from './palette.ts';

export const SHEET_WIDTH_PX = 256;
export const SHEET_HEIGHT_PX = 192;

const ROCK = rgb(PALETTE.caveRock);
const RIM = rgb(PALETTE.caveRim);

/** A small map of one whole space, painted row by row so that no frame is held up. North is up. */
export class MapSheet {
  readonly canvas = blankCanvas(SHEET_WIDTH_PX, SHEET_HEIGHT_PX);
  #pen = this.canvas.getContext('2d')!;
  #space: number;
  #rowsPainted = 0;

  constructor(space: number) {
    this.#space = space;
    this.#pen.fillStyle = space === Space.Land ? PALETTE.deepWater : PALETTE.caveRock;
    this.#pen.fillRect(0, 0, SHEET_WIDTH_PX, SHEET_HEIGHT_PX);
  }

  /** Goes on painting, from north to south, for so long. */
  paintFor(spanMs: number): void {
    const endMs = performance.now() + spanMs;
    while (this.#rowsPainted < SHEET_HEIGHT_PX && performance.now() < endMs) this.#paintRow();
  }

  #paintRow(): void {
    const image = this.#pen.createImageData(SHEET_WIDTH_PX, 1);
    const { width, height } = EXTENT_M[this.#space]!;
    const y = (1 - (this.#rowsPainted + 0.5) / SHEET_HEIGHT_PX) * height;
    for (let column = 0; column < SHEET_WIDTH_PX; column++) {
      const [red, green, blue] = colourAt(this.#space, ((column + 0.5) / SHEET_WIDTH_PX) * width, y);
      image.data.set([red, green, blue, 255], column * 4);
    }
    this.#pen.putImageData(image, 0, this.#rowsPainted);
    this.#rowsPainted++;
  }
}

function colourAt(space: number, x: number, y: number): Rgb {
  if (space === Space.Land) {
    const { height, forest, pathM } = landShape(x, y);
    return landColour(height, forest, pathM);
  }
  const openness = caveOpenness(x, y);
  return openness > 0 ? caveFloorColour(openness) : openness > -0.12 ? RIM : ROCK;
}
