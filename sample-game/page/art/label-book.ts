import { blankCanvas, type Art } from './art.ts';
import { PALETTE } from './palette.ts';
import { wrapText } from './wrap-text.ts';

/** A name over a stranger's head, over one's own, and a line that somebody says. */
export type LabelTone = 'name' | 'own' | 'speech';

const FONT = 'system-ui, "Segoe UI", Roboto, "DejaVu Sans", sans-serif';
const KEPT_MAX = 300;
const SPEECH_WIDTH_PX = 190;

/** Writings as pictures, each painted once; `pxPerM` of these means canvas pixels to a pixel of the page. */
export class LabelBook {
  #labels = new Map<string, Art>();

  label(tone: LabelTone, text: string): Art {
    return this.#keep(`${tone} ${text}`, () =>
      tone === 'speech' ? paintSpeech(text) : paintName(text, tone === 'own'),
    );
  }

  /** A bar that shows how much of its health, 0…1, a body has. */
  health(part: number): Art {
    const tenths = Math.max(1, Math.ceil(part * 10));
    return this.#keep(`health ${tenths}`, () => paintHealth(tenths / 10));
  }

  #keep(key: string, paint: () => Art): Art {
    let art = this.#labels.get(key);
    if (art === undefined) {
      if (this.#labels.size >= KEPT_MAX) this.#labels.clear();
      art = paint();
      this.#labels.set(key, art);
    }
    return art;
  }
}

function paintHealth(part: number): Art {
  const density = Math.max(2, globalThis.devicePixelRatio || 1);
  const { canvas, pen } = paperOf(44, 9, density);
  pen.fillStyle = 'rgba(42, 40, 56, 0.82)';
  pen.beginPath();
  pen.roundRect(0, 1, 44, 7, 3.5);
  pen.fill();
  pen.fillStyle = part > 0.5 ? PALETTE.healthy : part > 0.25 ? PALETTE.ember : PALETTE.hurt;
  pen.beginPath();
  pen.roundRect(1.5, 2.5, 41 * part, 4, 2);
  pen.fill();
  return { canvas, pxPerM: density, footX: 0.5, footY: 1 };
}

function paintName(text: string, isOwn: boolean): Art {
  const density = Math.max(2, globalThis.devicePixelRatio || 1);
  const font = `600 12.5px ${FONT}`;
  const width = widthOf(text, font) + 12;
  const { canvas, pen } = paperOf(width, 20, density);
  pen.font = font;
  pen.textAlign = 'center';
  pen.textBaseline = 'middle';
  pen.lineJoin = 'round';
  pen.lineWidth = 3.5;
  pen.strokeStyle = 'rgba(42, 40, 56, 0.82)';
  pen.strokeText(text, width / 2, 10);
  pen.fillStyle = isOwn ? '#ffe3a0' : PALETTE.paper;
  pen.fillText(text, width / 2, 10);
  return { canvas, pxPerM: density, footX: 0.5, footY: 1 };
}

function paintSpeech(text: string): Art {
  const density = Math.max(2, globalThis.devicePixelRatio || 1);
  const font = `500 13px ${FONT}`;
  const lines = wrapText(text, SPEECH_WIDTH_PX, (part) => widthOf(part, font));
  const width = Math.max(...lines.map((line) => widthOf(line, font))) + 22;
  const height = lines.length * 17 + 12;
  const { canvas, pen } = paperOf(width + 4, height + 12, density);
  pen.fillStyle = 'rgba(42, 40, 56, 0.25)';
  pen.beginPath();
  pen.roundRect(2, 4, width, height, 10);
  pen.fill();
  pen.fillStyle = PALETTE.paper;
  pen.beginPath();
  pen.roundRect(2, 1, width, height, 10);
  pen.moveTo(width / 2 - 6, height);
  pen.lineTo(width / 2 + 2, height + 9);
  pen.lineTo(width / 2 + 8, height);
  pen.fill();
  pen.fillStyle = PALETTE.ink;
  pen.font = font;
  pen.textAlign = 'center';
  pen.textBaseline = 'middle';
  lines.forEach((line, i) => pen.fillText(line, 2 + width / 2, 15.5 + i * 17));
  return { canvas, pxPerM: density, footX: 0.5, footY: 1 };
}

function paperOf(
  width: number,
  height: number,
  density: number,
): { canvas: HTMLCanvasElement; pen: CanvasRenderingContext2D } {
  const canvas = blankCanvas(width * density, height * density);
  const pen = canvas.getContext('2d')!;
  pen.scale(density, density);
  return { canvas, pen };
}

const ruler = blankCanvas(1, 1).getContext('2d')!;

function widthOf(text: string, font: string): number {
  ruler.font = font;
  return Math.ceil(ruler.measureText(text).width);
}
