import { useId } from "react";
import type { ReactNode } from "react";
import { Button } from "react-aria-components";
import type { Notice, ViewRefusal } from "@lockstep/policy/admin";
import { LockBadge } from "./LockBadge.tsx";

/** A card with a heading. */
export function Section({ title, note, actions, children }: { title: string; note?: ReactNode; actions?: ReactNode; children: ReactNode }) {
  const id = useId();
  return (
    <section className="card" aria-labelledby={id}>
      <header className="card-head">
        <div>
          <h3 id={id}>{title}</h3>
          {note !== undefined && <p className="muted">{note}</p>}
        </div>
        {actions}
      </header>
      {children}
    </section>
  );
}

/** The heading of a tab. */
export function TabHead({ title, children }: { title: string; children: ReactNode }) {
  return (
    <header className="tab-head">
      <h2>{title}</h2>
      <p className="muted">{children}</p>
    </header>
  );
}

/** Why there is nothing to see. */
export function Refused({ refusal }: { refusal: ViewRefusal }) {
  const titles: Record<string, string> = {
    "not-administrator": "This page is for administrators",
    "unknown-scope": "Not available here",
    "unknown-workspace": "Not available here",
  };
  return (
    <div className="empty">
      <p className="empty-title">{titles[refusal.reason] ?? "Not available"}</p>
      <p className="muted">{refusal.message}</p>
    </div>
  );
}

/** Something that is closed, in its place. */
export function Closed({ notice }: { notice: Notice }) {
  return (
    <div className="notice">
      {notice.badge !== undefined && <LockBadge lock={{ badge: notice.badge }} message={notice.message} />}
      <p>{notice.message}</p>
    </div>
  );
}

/** Nothing to list. */
export function Empty({ children }: { children: ReactNode }) {
  return (
    <div className="empty">
      <p className="muted">{children}</p>
    </div>
  );
}

/** Shows the next rows of a list. */
export function More({ onMore }: { onMore: (() => void) | undefined }) {
  if (onMore === undefined) return null;
  return (
    <div className="more">
      <Button className="button" onPress={onMore}>
        Show more
      </Button>
    </div>
  );
}
