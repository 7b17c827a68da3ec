import type { Pen } from './paper.ts';

/** A painted picture of something that stands in the world. */
export interface Art {
  readonly canvas: HTMLCanvasElement;
  readonly pxPerM: number;
  /** Where the thing's foot is, as parts of the canvas. */
  readonly footX: number;
  readonly footY: number;
}

export interface ArtSize {
  readonly widthM: number;
  /** Metres of paper above and below the foot. */
  readonly aboveM: number;
  readonly belowM: number;
  /** Width of the line round the whole, in metres; 0: none. */
  readonly outlineM: number;
}

/** Fine enough for a close camera on a dense screen, small enough to paint dozens at the start. */
const PX_PER_M = 64;

/** Paints once, with an ink line round the outside. */
export function bakeArt(size: ArtSize, paint: (pen: Pen) => void, pxPerM = PX_PER_M): Art {
  const { widthM, aboveM, belowM, outlineM } = size;
  const canvas = blankCanvas(widthM * pxPerM, (aboveM + belowM) * pxPerM);
  const art = { canvas, pxPerM, footX: 0.5, footY: aboveM / (aboveM + belowM) };
  const painted = blankCanvas(canvas.width, canvas.height);
  const pen = painted.getContext('2d')!;
  pen.translate(canvas.width / 2, aboveM * pxPerM);
  pen.scale(pxPerM, pxPerM);
  paint(pen);

  const out = canvas.getContext('2d')!;
  if (outlineM > 0) {
    const silhouette = silhouetteOf(painted);
    for (let i = 0; i < 12; i++) {
      const angle = (i / 12) * 2 * Math.PI;
      out.drawImage(silhouette, Math.cos(angle) * outlineM * pxPerM, Math.sin(angle) * outlineM * pxPerM);
    }
  }
  out.drawImage(painted, 0, 0);
  return art;
}

export function blankCanvas(width: number, height: number): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.ceil(width));
  canvas.height = Math.max(1, Math.ceil(height));
  return canvas;
}

function silhouetteOf(painted: HTMLCanvasElement): HTMLCanvasElement {
  const silhouette = blankCanvas(painted.width, painted.height);
  const pen = silhouette.getContext('2d')!;
  pen.drawImage(painted, 0, 0);
  pen.globalCompositeOperation = 'source-in';
  pen.fillStyle = 'rgba(42, 40, 56, 0.9)';
  pen.fillRect(0, 0, silhouette.width, silhouette.height);
  return silhouette;
}
