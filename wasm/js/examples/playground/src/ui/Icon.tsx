/** Small drawings. They say nothing that isn't said in words beside them. */

const PATHS = {
  lock: "M5 7V5a3 3 0 0 1 6 0v2m-7 0h8v6H4z",
  open: "M2 12V4h4l1.5 2H14v6z",
  save: "M8 2v8m0 0 3-3m-3 3L5 7M3 13h10",
  undo: "M6 3 3 6l3 3M3 6h6a4 4 0 0 1 0 8H6",
  sun: "M8 5a3 3 0 1 0 0 6 3 3 0 0 0 0-6M8 1v1.5M8 13.5V15M1 8h1.5M13.5 8H15M3 3l1 1M12 12l1 1M13 3l-1 1M4 12l-1 1",
  moon: "M13 9.5A5.5 5.5 0 1 1 6.5 3a4.5 4.5 0 0 0 6.5 6.5z",
  system: "M2 3h12v8H2zM6 14h4M8 11v3",
  down: "M4 6l4 4 4-4",
  close: "M4 4l8 8M12 4l-8 8",
  back: "M10 3 5 8l5 5",
  next: "M6 3l5 5-5 5",
  pass: "M3 8.5 6.5 12 13 4.5",
  deny: "M4 4l8 8M12 4l-8 8",
  ask: "M5.5 6A2.5 2.5 0 1 1 8 8.6V10M8 12.6v.2",
  none: "M4 8h8",
  warn: "M8 2.5 14.5 13.5h-13zM8 6.5v3.2M8 11.6v.2",
} as const;

/** The names of the drawings. */
export type IconName = keyof typeof PATHS;

/** A drawing of 16 by 16. */
export function Icon({ name }: { name: IconName }) {
  return (
    <svg className="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} fill="none" stroke="currentColor" strokeWidth="1.6" strokeLinecap="round" strokeLinejoin="round" />
    </svg>
  );
}
