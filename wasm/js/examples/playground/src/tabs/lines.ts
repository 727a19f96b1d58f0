/** Which lines of a long text are drawn. */

/** The height of a line in pixels, as document.css has it. */
export const LINE = 20;

/** The first and the last line (from 0, the last not included) that a window of a text shows, with some to spare. */
export function windowOf(top: number, height: number, count: number, spare = 30): { first: number; last: number } {
  const first = Math.max(0, Math.floor(top / LINE) - spare);
  const last = Math.min(count, Math.ceil((top + height) / LINE) + spare);
  return { first, last: Math.max(first, last) };
}

/** Where to scroll so that a line (from 1) stands a third down the window. */
export function topFor(line: number, height: number): number {
  return Math.max(0, (line - 1) * LINE - Math.floor(height / 3));
}

/** A line cut where it gets too long to draw. */
export function drawn(line: string, most = 2_000): string {
  return line.length > most ? `${line.slice(0, most)}…` : line;
}
