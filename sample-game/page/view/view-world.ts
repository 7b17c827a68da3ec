/** What the picture is made of: the bodies, things and lines that this client knows. Read only. */
export interface ViewWorld {
  readonly space: number;
  /** How light the open sky is, 0…1. */
  readonly light: number;
  /** The player's own body, which is among the bodies; null while there is none. */
  readonly own: ViewBody | null;
  readonly bodies: Iterable<ViewBody>;
  readonly resources: Iterable<ViewResource>;
  /** Those that players built. */
  readonly fires: Iterable<ViewFire>;
}

export interface ViewBody {
  readonly id: bigint;
  readonly kind: number;
  readonly look: number;
  /** The item in its hand, or EMPTY_HANDS. */
  readonly carries: number;
  readonly x: number;
  readonly y: number;
  readonly heading: number;
  /** Metres a second, about. */
  readonly speed: number;
  /** What is left of a wanderer's hp, 0…1; null: of no interest. */
  readonly health: number | null;
  readonly name: string | null;
  /** What it said last, while that is still shown. */
  readonly speech: string | null;
}

export interface ViewResource {
  readonly id: bigint;
  readonly kind: number;
  readonly x: number;
  readonly y: number;
  readonly left: number;
}

export interface ViewFire {
  readonly x: number;
  readonly y: number;
  /** What it still has to burn, 0…1. */
  readonly left: number;
}
