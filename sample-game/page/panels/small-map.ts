import type { WatchedCell } from '@tickbase/client';
import { CAMP, DOORS, EXTENT_M, Space } from '../../src/terrain/places.ts';
import { MapSheet, SHEET_HEIGHT_PX, SHEET_WIDTH_PX } from '../art/map-sheet.ts';
import { PALETTE } from '../art/palette.ts';
import { element } from './element.ts';

/** What the map shows beside the land. Places in metres. */
export interface MapNews {
  readonly space: number;
  readonly own: { readonly x: number; readonly y: number; readonly heading: number } | null;
  readonly people: readonly { readonly x: number; readonly y: number }[];
  readonly fires: readonly { readonly x: number; readonly y: number }[];
  /** The squares that the server keeps this page informed of; those of other spaces are passed over. */
  readonly cells: readonly WatchedCell[];
}

/** Canvas pixels to a pixel of the sheet, so that marks are sharp on dense screens. */
const DENSITY = 2;
/** So much of a frame may go into painting the land. */
const PAINTING_MS = 4;

/** How those whom it shows are marked, and what the legend calls them. */
const MARKS = {
  own: { word: 'you', fill: '#ff7d5c', line: PALETTE.paper },
  people: { word: 'others', fill: PALETTE.paper, line: PALETTE.ink },
  fires: { word: 'fire', fill: PALETTE.ember, line: '#a8492c' },
  doors: { word: 'cave', fill: PALETTE.caveRock, line: PALETTE.paper },
} as const;

/** The small map: where one is, who else is seen, and bright the cells whose rows this page receives. */
export class SmallMap {
  #card = element('map');
  #canvas = this.#card.querySelector('canvas')!;
  #caption = this.#card.querySelector('p')!;
  #button = element('open-map');
  #sheets = EXTENT_M.map((_extent, space) => new MapSheet(space));

  constructor() {
    this.#canvas.width = SHEET_WIDTH_PX * DENSITY;
    this.#canvas.height = SHEET_HEIGHT_PX * DENSITY;
    this.#canvas.title = 'Bright: the cells whose rows this page receives. Tent: the camp.';
    this.#card.querySelector('ul')!.append(...Object.values(MARKS).map(legendEntry));
    this.#button.addEventListener('click', () => this.toggle());
  }

  get isShown(): boolean {
    return !this.#card.hidden;
  }

  toggle(): void {
    this.#card.hidden = this.isShown;
    this.#button.ariaPressed = String(this.isShown);
  }

  /** Paints a little more of the sheet of a space; once in a frame. */
  paint(space: number): void {
    if (this.isShown) this.#sheets[space]?.paintFor(PAINTING_MS);
  }

  show(news: MapNews): void {
    const extent = EXTENT_M[news.space];
    if (!this.isShown || extent === undefined) return;
    const pen = this.#canvas.getContext('2d')!;
    const pxPerM = this.#canvas.width / extent.width;
    const cells = news.cells.filter(({ space }) => space === news.space);
    pen.resetTransform();
    pen.drawImage(this.#sheets[news.space]!.canvas, 0, 0, this.#canvas.width, this.#canvas.height);
    // Metres from here on; y still points down.
    pen.scale(pxPerM, pxPerM);
    pen.translate(0, extent.height);
    shade(pen, cells, extent);
    // A mark is as large on every screen: four pixels of the page.
    const markM = (4 * extent.width) / this.#canvas.clientWidth;
    if (news.space === Space.Land) markCamp(pen, markM);
    for (const door of DOORS) if (door.space === news.space) dot(pen, door, markM * 0.8, MARKS.doors);
    for (const fire of news.fires) dot(pen, fire, markM * 0.6, MARKS.fires);
    for (const person of news.people) dot(pen, person, markM * 0.45, MARKS.people);
    if (news.own !== null) markOwn(pen, news.own, markM * 1.6);
    const text = `${cells.length} cells received`;
    if (this.#caption.textContent !== text) this.#caption.textContent = text;
  }
}

function legendEntry({ word, fill, line }: (typeof MARKS)[keyof typeof MARKS]): HTMLElement {
  const entry = document.createElement('li');
  const mark = document.createElement('i');
  mark.style.background = fill;
  mark.style.borderColor = line;
  entry.append(mark, word);
  return entry;
}

/** Darkens what is not received, and draws a line round what is. */
function shade(
  pen: CanvasRenderingContext2D,
  cells: readonly WatchedCell[],
  extent: { readonly width: number; readonly height: number },
): void {
  pen.beginPath();
  pen.rect(0, -extent.height, extent.width, extent.height);
  for (const { cellX, cellY, edge } of cells) pen.rect(cellX * edge, -(cellY + 1) * edge, edge, edge);
  pen.fillStyle = 'rgba(28, 26, 48, 0.46)';
  pen.fill('evenodd');

  const known = new Set(cells.map(({ cellX, cellY }) => `${cellX} ${cellY}`));
  pen.beginPath();
  for (const { cellX, cellY, edge } of cells) {
    const west = cellX * edge;
    const north = -(cellY + 1) * edge;
    for (const [dx, dy, fromX, fromY, toX, toY] of SIDES) {
      if (known.has(`${cellX + dx} ${cellY + dy}`)) continue;
      pen.moveTo(west + fromX * edge, north + fromY * edge);
      pen.lineTo(west + toX * edge, north + toY * edge);
    }
  }
  pen.strokeStyle = '#ffe3a0';
  pen.lineWidth = extent.width / 150;
  pen.lineCap = 'square';
  pen.stroke();
}

/** By side of a cell: the neighbour beyond it, and the side's ends as parts of the edge from the cell's north-west corner, south positive. */
const SIDES = [
  [-1, 0, 0, 0, 0, 1],
  [1, 0, 1, 0, 1, 1],
  [0, 1, 0, 0, 1, 0],
  [0, -1, 0, 1, 1, 1],
] as const;

function dot(
  pen: CanvasRenderingContext2D,
  { x, y }: { readonly x: number; readonly y: number },
  radiusM: number,
  { fill, line }: { readonly fill: string; readonly line: string },
): void {
  pen.beginPath();
  pen.arc(x, -y, radiusM, 0, 2 * Math.PI);
  pen.fillStyle = fill;
  pen.strokeStyle = line;
  pen.lineWidth = radiusM / 2;
  pen.stroke();
  pen.fill();
}

function markCamp(pen: CanvasRenderingContext2D, sizeM: number): void {
  pen.beginPath();
  pen.moveTo(CAMP.x - sizeM, -CAMP.y + sizeM * 0.8);
  pen.lineTo(CAMP.x, -CAMP.y - sizeM);
  pen.lineTo(CAMP.x + sizeM, -CAMP.y + sizeM * 0.8);
  pen.closePath();
  pen.fillStyle = '#d98e5a';
  pen.strokeStyle = PALETTE.ink;
  pen.lineWidth = sizeM / 3;
  pen.stroke();
  pen.fill();
}

/** An arrow that points where the player goes. */
function markOwn(
  pen: CanvasRenderingContext2D,
  { x, y, heading }: { readonly x: number; readonly y: number; readonly heading: number },
  sizeM: number,
): void {
  const corner = (turn: number, lengthM: number): [number, number] => [
    x + Math.cos(heading + turn) * lengthM,
    -y - Math.sin(heading + turn) * lengthM,
  ];
  pen.beginPath();
  pen.moveTo(...corner(0, sizeM));
  pen.lineTo(...corner(2.5, sizeM));
  pen.lineTo(...corner(Math.PI, sizeM * 0.35));
  pen.lineTo(...corner(-2.5, sizeM));
  pen.closePath();
  pen.fillStyle = MARKS.own.fill;
  pen.strokeStyle = MARKS.own.line;
  pen.lineWidth = sizeM / 3;
  pen.lineJoin = 'round';
  pen.stroke();
  pen.fill();
}
