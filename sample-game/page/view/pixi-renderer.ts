import { Application, Container, RenderTexture, Sprite, Texture } from 'pixi.js';
import 'pixi.js/unsafe-eval';
import type { Art } from '../art/art.ts';
import type { ArtBook } from '../art/art-book.ts';
import type { Camera } from './camera.ts';
import { LabelSpreader } from './label-spreader.ts';
import type { Light, Renderer, Scene, ScreenBox } from './renderer.ts';
import { FULL_DAY } from './sky-colour.ts';

/** Pictures that were not shown for so many frames are given back. */
const KEPT_FRAMES = 900;
/** Edge of one pixel of the dark, in pixels of the page: light is soft, so that a coarse picture of it is enough. */
const DARK_PX = 4;

/** The renderer on pixi.js: a pool of sprites per layer, filled anew from each scene. */
export class PixiRenderer implements Renderer {
  readonly canvas: HTMLCanvasElement;
  #app: Application;
  #book: ArtBook;
  #world = new Container();
  #ground = new SpritePool();
  #shadows = new SpritePool();
  #standing = new SpritePool();
  /** What the lamps leave of the dark, painted apart and then multiplied into the picture. */
  #dark = new Sprite();
  #darkTexture = RenderTexture.create({ width: 1, height: 1, dynamic: true });
  #lamps = new SpritePool('add');
  #glowing = new Container();
  #glows = new SpritePool('add');
  #labels = new SpritePool();
  #spreader = new LabelSpreader();
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
    this.#world.addChild(this.#ground.layer, this.#shadows.layer, this.#standing.layer);
    this.#glowing.addChild(this.#glows.layer);
    this.#dark.texture = this.#darkTexture;
    this.#dark.scale.set(DARK_PX);
    this.#dark.blendMode = 'multiply';
    app.stage.addChild(this.#world, this.#dark, this.#glowing, this.#labels.layer);
  }

  resize(width: number, height: number): void {
    this.#app.renderer.resize(width, height);
    this.#darkTexture.resize(Math.ceil(width / DARK_PX), Math.ceil(height / DARK_PX));
  }

  draw(scene: Scene, camera: Camera, covered: readonly ScreenBox[]): void {
    this.#frame++;
    for (const layer of [this.#world, this.#glowing]) {
      layer.scale.set(camera.pxPerM);
      layer.position.set(camera.screenX(0), camera.screenY(0));
    }
    this.#drawGround(scene);
    this.#drawStanding(scene);
    this.#putLights(this.#glows, scene.glows);
    this.#drawDark(scene, camera);
    this.#drawLabels(scene, camera, covered);
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

  #drawDark(scene: Scene, camera: Camera): void {
    this.#dark.visible = scene.ambient !== FULL_DAY;
    if (!this.#dark.visible) return;
    this.#putLights(this.#lamps, scene.lamps);
    const { layer } = this.#lamps;
    layer.scale.set(camera.pxPerM / DARK_PX);
    layer.position.set(camera.screenX(0) / DARK_PX, camera.screenY(0) / DARK_PX);
    this.#app.renderer.render({ container: layer, target: this.#darkTexture, clearColor: scene.ambient });
  }

  #putLights(pool: SpritePool, lights: readonly Light[]): void {
    pool.begin();
    const disc = this.#book.light;
    const texture = this.#textureOf(disc);
    for (const { x, y, radiusM, colour, strength } of lights) {
      const sprite = pool.next(texture, disc, x, y);
      sprite.scale.set((2 * radiusM) / disc.pxPerM);
      sprite.tint = colour;
      sprite.alpha = strength;
    }
    pool.end();
  }

  #drawLabels(scene: Scene, camera: Camera, covered: readonly ScreenBox[]): void {
    this.#labels.begin();
    for (const { label, x, y, alpha } of this.#spreader.spread(scene.labels, camera, scene.elapsedMs, covered)) {
      const sprite = this.#labels.next(this.#textureOf(label.art), label.art, x, -y);
      sprite.scale.set(1 / label.art.pxPerM);
      sprite.alpha = alpha;
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
