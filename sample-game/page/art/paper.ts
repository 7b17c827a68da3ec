/** A canvas's pen with lengths in metres: the origin is where a thing's foot stands, x goes right and y down. */
export type Pen = CanvasRenderingContext2D;

/** A blob: the ellipse round a middle, filled. */
export function blob(pen: Pen, x: number, y: number, radiusX: number, radiusY: number, fill: string, turn = 0): void {
  pen.fillStyle = fill;
  pen.beginPath();
  pen.ellipse(x, y, radiusX, radiusY, turn, 0, 2 * Math.PI);
  pen.fill();
}

/** A closed shape through points, with its corners rounded off by drawing through the middles. */
export function softShape(pen: Pen, points: readonly (readonly [number, number])[], fill: string): void {
  pen.fillStyle = fill;
  pen.beginPath();
  const last = points[points.length - 1]!;
  pen.moveTo((last[0] + points[0]![0]) / 2, (last[1] + points[0]![1]) / 2);
  for (let i = 0; i < points.length; i++) {
    const [x, y] = points[i]!;
    const next = points[(i + 1) % points.length]!;
    pen.quadraticCurveTo(x, y, (x + next[0]) / 2, (y + next[1]) / 2);
  }
  pen.closePath();
  pen.fill();
}

/** A closed shape through points with its corners kept. */
export function sharpShape(pen: Pen, points: readonly (readonly [number, number])[], fill: string): void {
  pen.fillStyle = fill;
  pen.beginPath();
  for (const [x, y] of points) pen.lineTo(x, y);
  pen.closePath();
  pen.fill();
}

/** A line of a width through points, with round ends. */
export function stroke(pen: Pen, points: readonly (readonly [number, number])[], widthM: number, colour: string): void {
  pen.strokeStyle = colour;
  pen.lineWidth = widthM;
  pen.lineCap = 'round';
  pen.lineJoin = 'round';
  pen.beginPath();
  for (const [x, y] of points) pen.lineTo(x, y);
  pen.stroke();
}

/** A colour moved towards black (below 0) or white (above 0), by -1…1. Takes `#rrggbb`. */
export function tinted(colour: string, by: number): string {
  const target = by < 0 ? 0 : 255;
  const parts = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(colour.slice(at, at + 2), 16);
    return Math.round(channel + (target - channel) * Math.abs(by));
  });
  return `rgb(${parts.join(',')})`;
}
