/** Where one looks from, and how the world's metres become the screen's pixels (CSS pixels, y down). */
export class Camera {
  x = 0;
  y = 0;
  width = 1;
  height = 1;
  pxPerM = 32;

  /** Fits the zoom to the screen: a phone shows fewer metres, but never so few that one walks blind. */
  resize(width: number, height: number): void {
    this.width = width;
    this.height = height;
    this.pxPerM = Math.max(24, Math.min(46, Math.sqrt(width * height) / 24));
  }

  /** Moves towards a point; far away (a door was taken) it jumps. */
  follow(x: number, y: number, elapsedMs: number): void {
    const part = Math.hypot(x - this.x, y - this.y) > 20 ? 1 : 1 - Math.exp(-elapsedMs / 140);
    this.x += (x - this.x) * part;
    this.y += (y - this.y) * part;
  }

  screenX(x: number): number {
    return (x - this.x) * this.pxPerM + this.width / 2;
  }

  screenY(y: number): number {
    return this.height / 2 - (y - this.y) * this.pxPerM;
  }

  /** What the screen shows, in metres, widened by a rim. */
  shown(rimM: number): { west: number; east: number; south: number; north: number } {
    const halfWidth = this.width / 2 / this.pxPerM + rimM;
    const halfHeight = this.height / 2 / this.pxPerM + rimM;
    return {
      west: this.x - halfWidth,
      east: this.x + halfWidth,
      south: this.y - halfHeight,
      north: this.y + halfHeight,
    };
  }
}
