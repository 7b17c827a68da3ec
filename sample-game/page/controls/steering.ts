/** Where the player wants to go: east and north, no longer than 1 together. */
export interface Direction {
  readonly x: number;
  readonly y: number;
}

const REST: Direction = { x: 0, y: 0 };
const KEYS: Readonly<Record<string, Direction>> = {
  KeyW: { x: 0, y: 1 },
  ArrowUp: { x: 0, y: 1 },
  KeyS: { x: 0, y: -1 },
  ArrowDown: { x: 0, y: -1 },
  KeyA: { x: -1, y: 0 },
  ArrowLeft: { x: -1, y: 0 },
  KeyD: { x: 1, y: 0 },
  ArrowRight: { x: 1, y: 0 },
};
/** A finger drawn this far from where it went down walks at full speed. */
const STICK_PX = 56;

/** Keys held (WASD by their place on the keyboard, or arrows) and a finger or mouse that draws on the stage. */
export class Steering {
  #held = new Set<string>();
  #stick: { pointerId: number; startX: number; startY: number } | null = null;
  #drawn: Direction = REST;
  /** Shows where the finger went down, and how far it was drawn. */
  #ring: HTMLElement;
  #onChange: () => void;

  constructor(stage: HTMLElement, ring: HTMLElement, onChange: () => void) {
    this.#ring = ring;
    this.#onChange = onChange;
    addEventListener('keydown', (event) => this.#keyDown(event));
    addEventListener('keyup', (event) => this.#keyUp(event));
    addEventListener('blur', () => this.#letGo());
    stage.addEventListener('pointerdown', (event) => this.#pointerDown(stage, event));
    stage.addEventListener('pointermove', (event) => this.#pointerMove(event));
    for (const end of ['pointerup', 'pointercancel'] as const) {
      stage.addEventListener(end, (event) => this.#pointerUp(event));
    }
  }

  get direction(): Direction {
    if (this.#stick !== null) return this.#drawn;
    let x = 0;
    let y = 0;
    for (const code of this.#held) {
      x += KEYS[code]!.x;
      y += KEYS[code]!.y;
    }
    x = Math.sign(x);
    y = Math.sign(y);
    return x !== 0 && y !== 0 ? { x: x * Math.SQRT1_2, y: y * Math.SQRT1_2 } : { x, y };
  }

  #keyDown(event: KeyboardEvent): void {
    const isWriting = event.target instanceof HTMLInputElement;
    if (isWriting || event.ctrlKey || event.metaKey || event.altKey || KEYS[event.code] === undefined) return;
    event.preventDefault();
    if (this.#held.has(event.code)) return;
    this.#held.add(event.code);
    this.#onChange();
  }

  #keyUp(event: KeyboardEvent): void {
    if (this.#held.delete(event.code)) this.#onChange();
  }

  #letGo(): void {
    this.#held.clear();
    this.#dropStick();
  }

  #pointerDown(stage: HTMLElement, event: PointerEvent): void {
    if (document.activeElement instanceof HTMLInputElement) document.activeElement.blur();
    if (this.#stick !== null) return;
    stage.setPointerCapture(event.pointerId);
    this.#stick = { pointerId: event.pointerId, startX: event.clientX, startY: event.clientY };
    this.#drawn = REST;
    this.#ring.hidden = event.pointerType === 'mouse';
    this.#ring.style.translate = `${event.clientX}px ${event.clientY}px`;
    this.#showKnob();
  }

  #pointerMove(event: PointerEvent): void {
    if (this.#stick?.pointerId !== event.pointerId) return;
    const x = (event.clientX - this.#stick.startX) / STICK_PX;
    const y = (this.#stick.startY - event.clientY) / STICK_PX;
    const length = Math.hypot(x, y);
    this.#drawn = length < 0.15 ? REST : { x: x / Math.max(1, length), y: y / Math.max(1, length) };
    this.#showKnob();
    this.#onChange();
  }

  #pointerUp(event: PointerEvent): void {
    if (this.#stick?.pointerId === event.pointerId) this.#dropStick();
  }

  #dropStick(): void {
    this.#stick = null;
    this.#drawn = REST;
    this.#ring.hidden = true;
    this.#onChange();
  }

  #showKnob(): void {
    this.#ring.style.setProperty('--x', `${this.#drawn.x * STICK_PX}px`);
    this.#ring.style.setProperty('--y', `${-this.#drawn.y * STICK_PX}px`);
  }
}
