import { Application, Container, Sprite, Texture } from 'pixi.js';
import 'pixi.js/unsafe-eval';
import type { Art } from '../art/art.ts';
import type { ArtBook } from '../art/art-book.ts';
import type { Camera } from './camera.ts';
import type { Renderer, Scene } from './renderer.ts';

/** Pictures that were not shown for so many frames are given back. */
const KEPT_FRAMES = 900;

/** The renderer on pixi.js: a pool of sprites per layer, filled anew from each scene. */
export class PixiRenderer implements Renderer {
  readonly canvas: HTMLCanvasElement;
  #app: Application;
  #book: ArtBook;
  #world = new Container();
  #ground = new SpritePool();
  #shadows = new SpritePool();
  #standing = new SpritePool();
  #gloom = new SpritePool();
  #lights = new SpritePool('add');
  #labels = new SpritePool();
  #textures = new Map<Art, { texture: Texture; shownAt: number }>();
  #frame = 0;

  /** Settles when the graphics context is there. */
  static async create(book: ArtBook, background: string): Promise<PixiRenderer> {
    const app = new Application();
    await app.init({
      background,
      preference: 'webgl',
      antialias: false,
      autoStart: false,
      autoDensity: true,
      resolution: Math.min(2, globalThis.devicePixelRatio || 1),
    });
    return new PixiRenderer(app, book);
  }

  private constructor(app: Application, book: ArtBook) {
    this.#app = app;
    this.#book = book;
    this.canvas = app.canvas;
    this.#world.addChild(
      this.#ground.layer,
      this.#shadows.layer,
      this.#standing.layer,
      this.#gloom.layer,
      this.#lights.layer,
    );
    app.stage.addChild(this.#world, this.#labels.layer);
  }

  resize(width: number, height: number): void {
    this.#app.renderer.resize(width, height);
  }

  draw(scene: Scene, camera: Camera): void {
    this.#frame++;
    this.#world.scale.set(camera.pxPerM);
    this.#world.position.set(camera.screenX(0), camera.screenY(0));
    this.#drawGround(scene);
    this.#drawStanding(scene);
    this.#drawLight(scene);
    this.#drawLabels(scene, camera);
    this.#app.renderer.render(this.#app.stage);
    if (this.#frame % KEPT_FRAMES === 0) this.#giveBackTextures();
  }

  #drawGround(scene: Scene): void {
    this.#ground.begin();
    for (const piece of scene.ground) this.#ground.next(this.#textureOf(piece.art), piece.art, piece.x, piece.y);
    this.#ground.end();
    this.#shadows.begin();
    const shadow = this.#textureOf(this.#book.shadow);
    for (const { x, y, widthM, alpha } of scene.shadows) {
      const sprite = this.#shadows.next(shadow, this.#book.shadow, x, y);
      sprite.scale.set(widthM / 128, (widthM * 0.42) / 128);
      sprite.alpha = alpha;
    }
    this.#shadows.end();
  }

  #drawStanding(scene: Scene): void {
    this.#standing.begin();
    scene.standing.sort((a, b) => b.y - a.y);
    for (const thing of scene.standing) {
      const sprite = this.#standing.next(this.#textureOf(thing.art), thing.art, thing.x, thing.y + thing.liftM);
      const scale = thing.scale / thing.art.pxPerM;
      sprite.scale.set(thing.isMirrored ? -scale : scale, scale);
      sprite.rotation = thing.lean;
      sprite.alpha = thing.alpha;
    }
    this.#standing.end();
  }

  #drawLight(scene: Scene): void {
    this.#gloom.begin();
    if (scene.gloom !== null) {
      const { x, y, reachM } = scene.gloom;
      const sprite = this.#gloom.next(this.#textureOf(this.#book.gloom), this.#book.gloom, x, y);
      sprite.scale.set((2 * reachM) / 256);
    }
    this.#gloom.end();
    this.#lights.begin();
    const light = this.#textureOf(this.#book.light);
    for (const { x, y, radiusM, colour, strength } of scene.lights) {
      const sprite = this.#lights.next(light, this.#book.light, x, y);
      sprite.scale.set((2 * radiusM) / 128);
      sprite.tint = colour;
      sprite.alpha = strength;
    }
    this.#lights.end();
  }

  #drawLabels(scene: Scene, camera: Camera): void {
    this.#labels.begin();
    scene.labels.sort((a, b) => b.y - a.y);
    for (const label of scene.labels) {
      const x = camera.screenX(label.x);
      const y = camera.screenY(label.y + label.liftM);
      const sprite = this.#labels.next(this.#textureOf(label.art), label.art, x, -y);
      sprite.scale.set(1 / label.art.pxPerM);
      sprite.alpha = label.alpha;
    }
    this.#labels.end();
  }

  #textureOf(art: Art): Texture {
    let kept = this.#textures.get(art);
    if (kept === undefined) {
      kept = { texture: Texture.from(art.canvas, true), shownAt: 0 };
      this.#textures.set(art, kept);
    }
    kept.shownAt = this.#frame;
    return kept.texture;
  }

  #giveBackTextures(): void {
    for (const [art, kept] of this.#textures) {
      if (this.#frame - kept.shownAt < KEPT_FRAMES) continue;
      this.#textures.delete(art);
      kept.texture.destroy(true);
    }
  }
}

/** One layer's sprites, used again frame after frame in the order in which they are asked for. */
class SpritePool {
  readonly layer = new Container();
  #sprites: Sprite[] = [];
  #count = 0;

  constructor(blendMode: 'normal' | 'add' = 'normal') {
    this.layer.blendMode = blendMode;
  }

  begin(): void {
    this.#count = 0;
  }

  /** A sprite at a place (metres, or negative pixels for the labels), upright and whole. */
  next(texture: Texture, art: Art, x: number, y: number): Sprite {
    let sprite = this.#sprites[this.#count];
    if (sprite === undefined) {
      sprite = new Sprite();
      this.#sprites.push(sprite);
      this.layer.addChild(sprite);
    }
    this.#count++;
    sprite.visible = true;
    sprite.texture = texture;
    sprite.anchor.set(art.footX, art.footY);
    sprite.position.set(x, -y);
    sprite.scale.set(1 / art.pxPerM);
    return sprite;
  }

  /** Hides what this frame did not ask for. */
  end(): void {
    for (let i = this.#count; i < this.#sprites.length; i++) {
      const sprite = this.#sprites[i]!;
      sprite.visible = false;
      sprite.texture = Texture.EMPTY;
    }
  }
}
