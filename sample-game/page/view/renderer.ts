import type { Art } from '../art/art.ts';
import type { Camera } from './camera.ts';

/** Puts scenes on the screen. Knows pictures and places, nothing of the game. */
export interface Renderer {
  readonly canvas: HTMLCanvasElement;
  resize(width: number, height: number): void;
  draw(scene: Scene, camera: Camera): void;
}

/** All that one frame shows, made anew for each. Places are in metres. */
export interface Scene {
  readonly ground: Standing[];
  readonly shadows: Shadow[];
  /** Drawn from north to south. */
  readonly standing: Standing[];
  readonly lights: Light[];
  readonly labels: Label[];
  /** Darkness round a point with a lamp of this reach; null: daylight. */
  gloom: { readonly x: number; readonly y: number; readonly reachM: number } | null;
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
  readonly alpha: number;
}
