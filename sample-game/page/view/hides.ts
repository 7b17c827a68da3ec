/** How whatever stands before the own body is drawn, so that one sees oneself. */
export const FAINT_ALPHA = 0.45;

/** As high a thing as is drawn. */
const HEIGHT_M = 3.6;

/** Whether something that wide, with its foot at x, y, stands before the own body; nothing does when there is none. */
export function hides(
  x: number,
  y: number,
  halfWidthM: number,
  own: { readonly x: number; readonly y: number } | null,
): boolean {
  if (own === null) return false;
  const behindM = own.y - y;
  return behindM > 0 && behindM < HEIGHT_M && Math.abs(own.x - x) < halfWidthM;
}
