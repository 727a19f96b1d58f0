import { usePage } from "../state/context.tsx";
import type { Counted, Moves, Preview } from "@lockstep/policy/admin";
import { affectedName, affectedThing, eventLine } from "../words.ts";
import { Icon } from "../ui/Icon.tsx";

/** Whom a change affects, what it opens and closes, and what would be logged. */
export function Impact({ answer }: { answer: Preview }) {
  const { names } = usePage().state.held;
  const counts = Object.entries(answer.affects);
  const total = counts.reduce((sum, [, some]) => sum + some.count, 0);
  return (
    <>
      <section className="impact" aria-label="Affected">
        <h3>Affects</h3>
        {total === 0 && <p className="muted">Nobody.</p>}
        {total > 0 && (
          <ul className="counts">
            {counts
              .filter(([, some]) => some.count > 0)
              .map(([kind, some]) => (
                <li key={kind}>
                  <strong>{some.count.toLocaleString("en")}</strong> {some.count === 1 ? single(kind) : affectedName(kind).toLowerCase()}
                  <span className="muted small">{listed(kind, some)}</span>
                </li>
              ))}
          </ul>
        )}
      </section>
      <Moved title="Closes" moved={answer.closes} />
      <Moved title="Opens" moved={answer.opens} />
      <section className="impact" aria-label="Events">
        <h3>Recorded as</h3>
        <ul className="plain">
          {(answer.events ?? []).map((event) => {
            const { title, where, before, after } = eventLine(event, names);
            return (
              <li key={event.index}>
                {title}
                {where !== undefined && ` at ${where}`}
                <span className="muted">
                  : {before} <Icon name="next" />
                  <span className="sr-only">becomes</span> {after}
                </span>
              </li>
            );
          })}
        </ul>
      </section>
    </>
  );

  function listed(kind: string, some: Counted<string>): string {
    const shown = some.first.slice(0, 4).map((entry) => affectedThing(kind, entry, names));
    return shown.join(", ") + (some.count > shown.length ? ` and ${some.count - shown.length} more` : "");
  }
}

function single(kind: string): string {
  return kind === "users" ? "person" : affectedName(kind).toLowerCase().replace(/s$/, "");
}

function Moved({ title, moved }: { title: string; moved: Moves | undefined }) {
  const { names } = usePage().state.held;
  const kinds = Object.entries(moved ?? {}) as [string, Counted<unknown>][];
  if (kinds.length === 0) return null;
  return (
    <section className="impact" aria-label={title}>
      <h3>{title}</h3>
      <ul className="plain">
        {kinds.flatMap(([kind, some]) => [
          ...some.first.slice(0, 6).map((entry) => <li key={`${kind} ${JSON.stringify(entry)}`}>{affectedThing(kind, entry, names)}</li>),
          ...(some.count > 6 ? [<li key={`${kind} more`} className="muted">{some.count - 6} more</li>] : []),
        ])}
      </ul>
    </section>
  );
}
