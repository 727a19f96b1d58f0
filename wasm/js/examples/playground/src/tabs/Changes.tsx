import { Button } from "react-aria-components";
import { usePage } from "../state/context.tsx";
import type { Step } from "../state/model.ts";
import { Icon } from "../ui/Icon.tsx";
import { Empty, Section, TabHead } from "../ui/Section.tsx";
import { eventLine, shortDigest } from "../words.ts";

/** The changes made in this page, and the way back. */
export function Changes() {
  const { state, dispatch } = usePage();
  const { history, held } = state;
  return (
    <>
      <TabHead title="Changes">What you changed in this page. Nothing of it leaves the page unless you save the file.</TabHead>
      <Section
        title="Policy now"
        note={`Revision ${held.handle.revision}`}
        actions={
          <Button className="button" isDisabled={history.length === 0} onPress={() => dispatch({ kind: "undone" })}>
            <Icon name="undo" />
            Undo the last change
          </Button>
        }
      >
        <dl className="facts">
          <dt>Digest</dt>
          <dd className="mono break">{held.handle.digest}</dd>
        </dl>
      </Section>
      {history.length === 0 && <Empty>No change yet. Press any choice on another tab to see what it would do.</Empty>}
      {history.toReversed().map((step) => (
        <Made key={step.id} step={step} />
      ))}
    </>
  );
}

function Made({ step }: { step: Step }) {
  const { names } = usePage().state.held;
  const by = step.by.kind === "host" ? "the host" : names.of("user", step.by.user);
  return (
    <Section title={step.title} note={`Revision ${step.after.revision}, by ${by}`}>
      <ul className="rows">
        {step.events.map((event) => {
          const { title, where, before, after } = eventLine(event, names);
          return (
            <li className="row" key={event.index}>
              <div className="row-main">
                <p className="row-title">{title}</p>
                {where !== undefined && <p className="muted small">At {where}</p>}
              </div>
              <p className="row-state break">
                {before} <Icon name="next" />
                <span className="sr-only">became</span> {after}
              </p>
            </li>
          );
        })}
      </ul>
      <p className="why">
        Digest {shortDigest(step.before.handle.digest)} became {shortDigest(step.after.digest)}.
      </p>
    </Section>
  );
}
