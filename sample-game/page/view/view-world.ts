/** What the picture is made of: the bodies, things and lines that this client knows. Read only. */
export interface ViewWorld {
  readonly space: number;
  /** The player's own body, which is among the bodies; null while there is none. */
  readonly own: ViewBody | null;
  readonly bodies: Iterable<ViewBody>;
  readonly resources: Iterable<ViewResource>;
}

export interface ViewBody {
  readonly id: bigint;
  readonly kind: number;
  readonly look: number;
  readonly x: number;
  readonly y: number;
  readonly heading: number;
  /** Metres a second, about. */
  readonly speed: number;
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
