import { useEffect, useMemo, useState } from "react";
import type { Problem } from "@lockstep/policy/admin";
import { Button, FileTrigger } from "react-aria-components";
import { warningsOf } from "../engine.ts";
import { usePage } from "../state/context.tsx";
import { counted } from "../state/model.ts";
import { Icon } from "../ui/Icon.tsx";
import { Section, TabHead } from "../ui/Section.tsx";
import { TextView } from "./TextView.tsx";

/** The document as text: the policy's, or that of a file with problems, with the way to each. */
export function DocumentTab({ onFile }: { onFile: (file: File) => void }) {
  const { state, dispatch } = usePage();
  const { draft, held, name } = state;
  const [goTo, setGoTo] = useState<{ line: number }>();
  const warnings = useMemo(() => warningsOf(held.handle.text), [held]);
  const problems = draft?.problems ?? warnings;
  useEffect(() => setGoTo(undefined), [draft, held]);
  return (
    <>
      <TabHead title="Document">
        {draft === undefined ? `The policy ${name} as a file.` : `${draft.name} couldn't be opened. ${name} stays as it is.`}
      </TabHead>
      <div className="drop">
        <p className="row-title">Drop a policy anywhere on this page</p>
        <p className="muted small">It is read in this page and sent nowhere.</p>
        <FileTrigger acceptedFileTypes={["application/json", ".json"]} onSelect={(files) => files?.[0] !== undefined && onFile(files[0])}>
          <Button className="button">
            <Icon name="open" />
            Choose a file
          </Button>
        </FileTrigger>
      </div>
      {draft !== undefined && (
        <Section
          title={counted(draft.count, "problem")}
          note={draft.count > problems.length ? `The first ${problems.length} are listed.` : "Choose one to go to its line."}
          actions={
            <Button className="button" onPress={() => dispatch({ kind: "draft-closed" })}>
              Back to {name}
            </Button>
          }
        >
          <Problems problems={draft.problems} onGo={(line) => setGoTo({ line })} />
        </Section>
      )}
      {draft === undefined && problems.length > 0 && (
        <Section title={counted(problems.length, "warning")} note="The policy is valid; this deserves a word.">
          <Problems problems={problems} onGo={(line) => setGoTo({ line })} />
        </Section>
      )}
      <TextView label={draft === undefined ? `Text of ${name}` : `Text of ${draft.name}`} text={draft?.text ?? held.handle.text} problems={problems} goTo={goTo} />
    </>
  );
}

/** Problems or warnings, each the way to its line. */
function Problems({ problems, onGo }: { problems: readonly Problem[]; onGo: (line: number) => void }) {
  return (
    <ol className="problems">
      {problems.map((problem) => (
        <li key={`${problem.at} ${problem.code} ${problem.column}`}>
          <Button className="problem" onPress={() => onGo(problem.line)}>
            <span className="problem-line">Line {problem.line}</span>
            <span>
              <Coded text={problem.problem} />
              <span className="problem-help">
                <Coded text={problem.help} />
              </span>
            </span>
          </Button>
        </li>
      ))}
    </ol>
  );
}

/** A sentence whose parts between backticks are of the document. */
function Coded({ text }: { text: string }) {
  const sentence = text.charAt(0).toUpperCase() + text.slice(1);
  return sentence.split("`").map((part, index) => (index % 2 === 1 ? <code key={index}>{part}</code> : part));
}
