import type { Art } from '../art/art.ts';
import type { Camera } from './camera.ts';

/** Puts scenes on the screen. Knows pictures and places, nothing of the game. */
export interface Renderer {
  readonly canvas: HTMLCanvasElement;
  resize(width: number, height: number): void;
  /** `covered`: where no label is shown, since a panel lies over the picture. */
  draw(scene: Scene, camera: Camera, covered: readonly ScreenBox[]): void;
}

/** In pixels of the page, from its upper left corner. */
export interface ScreenBox {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** All that one frame shows, made anew for each. Places are in metres. */
export interface Scene {
  /** Since the scene before. */
  readonly elapsedMs: number;
  readonly ground: Standing[];
  readonly shadows: Shadow[];
  /** Drawn from north to south. */
  readonly standing: Standing[];
  /** 0xrrggbb: what is left of the colours where no lamp shines. */
  readonly ambient: number;
  /** What takes the dark away. Without effect in full day. */
  readonly lamps: Light[];
  /** What shines by itself: added over the picture. */
  readonly glows: Light[];
  readonly labels: Label[];
}

export interface Standing {
  readonly art: Art;
  readonly x: number;
  readonly y: number;
  /** Metres above the ground. */
  readonly liftM: number;
  /** Radians, clockwise. */
  readonly lean: number;
  readonly isMirrored: boolean;
  readonly scale: number;
  readonly alpha: number;
}

export interface Shadow {
  readonly x: number;
  readonly y: number;
  readonly widthM: number;
  readonly alpha: number;
}

export interface Light {
  readonly x: number;
  readonly y: number;
  readonly radiusM: number;
  /** 0xrrggbb */
  readonly colour: number;
  readonly strength: number;
}

/** Writing over a head; its foot is at the middle of its lower edge. */
export interface Label {
  readonly art: Art;
  readonly x: number;
  readonly y: number;
  readonly liftM: number;
  /** Pixels of the page by which it stands higher: what is below it on the same head. */
  readonly risePx: number;
  /** Of two labels that would cover each other, the lesser fades. */
  readonly rank: number;
  /** Pixels of the page by which it may stand aside, rather than lie under a panel or leave the screen. */
  readonly asidePx: number;
  /** The same from frame to frame. */
  readonly key: string;
}
