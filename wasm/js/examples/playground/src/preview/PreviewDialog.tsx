import { useMemo, useState } from "react";
import { Button, Checkbox, Dialog, Heading, Input, Label, Modal, ModalOverlay, Text, TextField } from "react-aria-components";
import type { ChangeRefusal, Preview as Permitted } from "@lockstep/policy/admin";
import type { Json } from "../shapes.ts";
import { usePage } from "../state/context.tsx";
import { filled } from "../state/model.ts";
import type { Trial } from "../state/model.ts";
import { Icon } from "../ui/Icon.tsx";
import { LockBadge } from "../ui/LockBadge.tsx";
import { Pill } from "../ui/Pill.tsx";
import { plain } from "../words.ts";
import { Impact } from "./Impact.tsx";
import { fieldsOf, readField } from "./fields.ts";

/** What a change would do, before it is made. */
export function PreviewDialog({ onApply }: { onApply: (trial: Trial, change: Trial["change"], confirmed: boolean) => void }) {
  const { state, dispatch } = usePage();
  const { trial } = state;
  return (
    <ModalOverlay className="overlay" isOpen={trial !== undefined} isDismissable onOpenChange={(isOpen) => !isOpen && dispatch({ kind: "trial-closed" })}>
      <Modal className="modal">
        <Dialog className="dialog">{trial !== undefined && <Preview key={JSON.stringify(trial)} trial={trial} onApply={onApply} />}</Dialog>
      </Modal>
    </ModalOverlay>
  );
}

function Preview({ trial, onApply }: { trial: Trial; onApply: (trial: Trial, change: Trial["change"], confirmed: boolean) => void }) {
  const { state, dispatch } = usePage();
  const { held, persona, now } = state;
  const fields = useMemo(() => fieldsOf(trial.change, trial.fill), [trial]);
  const [typed, setTyped] = useState<Record<string, string>>(() => Object.fromEntries(fields.map(({ pointer, text }) => [pointer, text])));
  const [confirmed, setConfirmed] = useState(false);

  const values = fields.map((field): [string, Json | undefined] => [field.pointer, readField(field, typed[field.pointer] ?? "")]);
  const isComplete = values.every(([, value]) => value !== undefined);
  const change = filled(trial.change, Object.fromEntries(values.filter((entry): entry is [string, Json] => entry[1] !== undefined)));
  const key = JSON.stringify(change);
  const answer = useMemo(
    () => (isComplete ? held.handle.preview(change, persona, now, confirmed) : undefined),
    // The key stands for the change, which is another object each time.
    [held, persona, now, confirmed, isComplete, key],
  );
  const needs = answer?.permitted === true ? (answer.needs ?? []) : [];
  const isConfirmation = confirmed || needs.some((need) => need.kind === "confirmation");
  const canApply = answer?.permitted === true && needs.every((need) => need.kind !== "confirmation");
  return (
    <>
      <header className="dialog-head">
        <Heading slot="title">{titleOf(trial, answer)}</Heading>
        <Button className="button button-quiet button-icon" aria-label="Close" onPress={() => dispatch({ kind: "trial-closed" })}>
          <Icon name="close" />
        </Button>
      </header>
      <div className="dialog-body">
        {fields.map((field) => (
          <TextField
            key={field.pointer}
            className="field"
            value={typed[field.pointer] ?? ""}
            onChange={(text) => setTyped((before) => ({ ...before, [field.pointer]: text }))}
          >
            <Label>{field.label}</Label>
            <Input className={field.kind === "record" ? "input mono" : "input"} />
            {field.help !== undefined && (
              <Text slot="description" className="muted small">
                {field.help}
              </Text>
            )}
          </TextField>
        ))}
        <div role="status">
          {answer === undefined && <p className="muted">Fill this in to see what it would do.</p>}
          {answer?.permitted === false && <Refusal answer={answer} />}
          {answer?.permitted === true && <Allowed answer={answer} />}
        </div>
        {answer?.permitted === true && isConfirmation && (
          <Checkbox className="check" isSelected={confirmed} onChange={setConfirmed}>
            <span className="check-box" aria-hidden="true" />
            The product would ask for your password here. Go on as if you had typed it.
          </Checkbox>
        )}
        {answer?.permitted === true && answer.changed && <Impact answer={answer} />}
      </div>
      <footer className="dialog-foot">
        <Button className="button" onPress={() => dispatch({ kind: "trial-closed" })}>
          {answer?.permitted === false ? "Close" : "Cancel"}
        </Button>
        {answer?.permitted !== false && (
          <Button className="button button-primary" isDisabled={!canApply} onPress={() => onApply(trial, change, confirmed)}>
            Apply
          </Button>
        )}
      </footer>
    </>
  );
}

/** The text to confirm, where there is one. */
function titleOf(trial: Trial, answer: Permitted | ChangeRefusal | undefined): string {
  return answer?.permitted === true ? answer.confirm : trial.title;
}

function Allowed({ answer }: { answer: Permitted }) {
  return (
    <div className="row-state">
      <Pill tone="good">You may do this</Pill>
      <span className="muted">{answer.changed ? `The policy becomes revision ${answer.revision}.` : "It is so already: nothing would change."}</span>
    </div>
  );
}

function Refusal({ answer }: { answer: ChangeRefusal }) {
  const { persona, held } = usePage().state;
  const isAdministrator = persona.kind === "host" || held.names.isAdministrator(persona.user);
  return (
    <>
      <div className="row-state">
        <Pill tone="bad">You can't do this</Pill>
        <span className="muted">{plain(answer.reason)}</span>
        {answer.lock !== undefined && <LockBadge lock={answer.lock} message={answer.message.user} />}
      </div>
      <p className="dialog-text">{isAdministrator ? answer.message.admin : answer.message.user}</p>
    </>
  );
}
