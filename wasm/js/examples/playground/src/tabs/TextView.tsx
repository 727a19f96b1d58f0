import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import type { Problem } from "@lockstep/policy/admin";
import { LINE, drawn, topFor, windowOf } from "./lines.ts";

interface Shown {
  label: string;
  text: string;
  problems: readonly Problem[];
  /** The line to go to; another object goes there again. */
  goTo?: { line: number } | undefined;
}

/** A text with its lines numbered; only those in sight are drawn. */
export function TextView({ label, text, problems, goTo }: Shown) {
  const lines = useMemo(() => text.split(/\r\n|\n|\r/), [text]);
  const marks = useMemo(() => new Map(problems.map((problem) => [problem.line, problem])), [problems]);
  const view = useRef<HTMLDivElement>(null);
  const target = useRef<HTMLDivElement>(null);
  const [seen, setSeen] = useState({ top: 0, height: 600 });
  const { first, last } = windowOf(seen.top, seen.height, lines.length);

  useLayoutEffect(() => {
    if (view.current === null || goTo === undefined) return;
    const height = view.current.clientHeight;
    view.current.scrollTop = topFor(goTo.line, height);
    setSeen({ top: view.current.scrollTop, height });
  }, [goTo]);
  // The line is there once it was drawn.
  useEffect(() => {
    if (goTo !== undefined) target.current?.focus({ preventScroll: true });
  }, [goTo, first]);

  return (
    <div
      ref={view}
      className="text"
      role="region"
      aria-label={label}
      tabIndex={0}
      onScroll={({ currentTarget }) => setSeen({ top: currentTarget.scrollTop, height: currentTarget.clientHeight })}
    >
      <div className="text-all" style={{ height: lines.length * LINE }}>
        <div className="text-window" style={{ transform: `translateY(${first * LINE}px)` }}>
          {lines.slice(first, last).map((line, index) => {
            const number = first + index + 1;
            const problem = marks.get(number);
            const isTarget = goTo?.line === number;
            return (
              <div
                key={number}
                ref={isTarget ? target : undefined}
                className={`line${problem === undefined ? "" : " line-problem"}${isTarget ? " line-target" : ""}`}
                {...(isTarget ? { tabIndex: -1, role: "note", "aria-label": `Line ${number}: ${problem?.problem ?? line}` } : {})}
              >
                <span className="line-number" aria-hidden="true">
                  {number}
                </span>
                <span className="line-text">{drawn(line)}</span>
              </div>
            );
          })}
        </div>
      </div>
    </div>
  );
}
