import { useId } from "react";
import { Button } from "react-aria-components";
import type { Choice, Control } from "@lockstep/policy/admin";
import { usePage } from "../state/context.tsx";
import { valueName } from "../words.ts";
import { Icon } from "./Icon.tsx";

/** The order in which values stand side by side. */
const ORDER: readonly unknown[] = ["unset", "default", "on", "enabled", true, "auto", "ask", "off", "disabled", "deny", false];

interface Labelled {
  control: Control;
  /** What it moves, as a screen reader says it: "GitHub at Acme". */
  label: string;
}

/** Looks at what a choice would do; one that only asks goes to the tab that asks. */
function useTry(): (choice: Choice, title: string) => void {
  const { dispatch } = usePage();
  return (choice, title) => {
    if (choice.change !== undefined) dispatch({ kind: "tried", trial: { title, change: choice.change, fill: choice.fill ?? [] } });
    else if (choice.request !== undefined) dispatch({ kind: "asked", request: choice.request });
  };
}

/** A setting: its value beside what it can be moved to. One that is closed is marked so, and says why when it is pressed. */
export function Choices({ control, label, words = valueName }: Labelled & { words?: (value: unknown) => string }) {
  const attempt = useTry();
  const entries: { value: unknown; choice?: Choice }[] = [
    { value: control.value },
    ...control.choices.map((choice) => ({ value: choice.value, choice })),
  ];
  const place = (value: unknown): number => (ORDER.indexOf(value) + ORDER.length + 1) % (ORDER.length + 1);
  entries.sort((a, b) => place(a.value) - place(b.value));
  return (
    <div className="choices" role="group" aria-label={label}>
      {entries.map(({ value, choice }) =>
        choice === undefined ? (
          <span key="now" className="choice choice-now">
            {words(value)}
            <span className="sr-only"> (now)</span>
          </span>
        ) : (
          <Button
            key={JSON.stringify(value)}
            className={choice.open ? "choice" : "choice choice-closed"}
            aria-label={`${words(value)}${choice.open ? "" : " (closed: see why)"}`}
            onPress={() => attempt(choice, `${label}: ${words(value)}`)}
          >
            {!choice.open && <Icon name="lock" />}
            {words(value)}
          </Button>
        ),
      )}
    </div>
  );
}

/** An act: one button that previews it. */
export function Act({ control, label, of, danger = false }: Labelled & { /** What it is done to. */ of: string; danger?: boolean }) {
  const attempt = useTry();
  const [choice] = control.choices;
  if (choice === undefined) return null;
  const look = `button button-small${choice.open ? "" : " button-closed"}${danger ? " button-danger" : ""}`;
  return (
    <Button className={look} aria-label={`${label}: ${of}${choice.open ? "" : " (closed: see why)"}`} onPress={() => attempt(choice, `${label} · ${of}`)}>
      {!choice.open && <Icon name="lock" />}
      {label}
    </Button>
  );
}

/** Why a control is closed. */
export function Why({ control }: { control: Control }) {
  const id = useId();
  if (control.open || control.message === undefined) return null;
  return (
    <p className="why" id={id}>
      {control.message}
    </p>
  );
}
