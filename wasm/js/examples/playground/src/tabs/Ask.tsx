import { useEffect, useMemo, useRef, useState } from "react";
import { Button, Checkbox } from "react-aria-components";
import type { Option, Names } from "../document.ts";
import type { Explanation } from "@lockstep/policy/admin";
import type { State } from "../state/model.ts";
import { usePage } from "../state/context.tsx";
import { Choose, Search } from "../ui/Picker.tsx";
import { Section, TabHead } from "../ui/Section.tsx";
import { OUTCOMES, plain } from "../words.ts";
import { Answer } from "./Answer.tsx";
import { ACTIONS, aboutOf, questionOf, requestOf } from "./question.ts";
import type { Question } from "./question.ts";

const NONE: Option = { id: "", name: "None" };

const STATES = [
  { id: "ready", name: "Signed in" },
  { id: "pending", name: "Not yet signed in" },
  { id: "expired", name: "Sign-in expired" },
  { id: "error", name: "In error" },
] as const;

/** Asks a decision, and shows every layer of the answer. */
export function Ask() {
  const { state } = usePage();
  const { held, persona, now, asked } = state;
  const { names } = held;
  const [question, setQuestion] = useState<Question>(() => begin(state));
  const [answer, setAnswer] = useState<{ explanation: Explanation; held: State["held"]; key: string }>();
  const heading = useRef<HTMLHeadingElement>(null);

  const servers = useMemo(() => (names.document.servers ?? []).map(({ id, name }) => ({ id, name, hint: id })), [names]);
  const virtualServers = useMemo(() => (names.document.virtualServers ?? []).map(({ id, name }) => ({ id, name })), [names]);
  const integrations = useMemo(() => (names.document.catalog ?? []).map(({ id, name }) => ({ id, name })), [names]);
  const users = useMemo(() => names.users(), [names]);

  // Who reads the answer: the persona. The host is no user; it reads what an administrator of the root does.
  const reader = persona.kind === "user" ? persona.user : (names.rootAdministrator() ?? "");
  const ask = (form: Question): void => {
    const request = requestOf(form, now, servers.map((server) => server.id));
    setAnswer({ explanation: held.handle.explain(request, reader), held, key: JSON.stringify(form) });
  };
  const set = (part: Partial<Question>): void => setQuestion((before) => settled({ ...before, ...part }, names));

  // A control somewhere else asked: its question, and the answer at once.
  useEffect(() => {
    if (asked === undefined) return;
    const form = settled(questionOf(asked.request, begin(state)), names);
    setQuestion(form);
    ask(form);
    // Once for each time that something is asked.
  }, [asked?.id]);

  const about = aboutOf(question.action);
  const tools = about === "virtual-tool" ? names.exposed(question.virtualServer) : names.tools(question.server);
  const isStale = answer !== undefined && (answer.held !== held || answer.key !== JSON.stringify(question));
  const decision = answer?.explanation.decision;
  return (
    <>
      <TabHead title="Ask">What policy says to one request, layer by layer, as {persona.kind === "host" ? "the root's administrator" : names.of("user", persona.user)} may know it.</TabHead>
      <div className="ask">
        <Section title="Request">
          <form
            className="form"
            onSubmit={(event) => {
              event.preventDefault();
              ask(question);
              heading.current?.focus({ preventScroll: true });
              heading.current?.scrollIntoView({ block: "nearest" });
            }}
          >
            <Choose label="Action" options={ACTIONS} value={question.action} onPick={(action) => set({ action: ACTIONS.find(({ id }) => id === action)?.id ?? question.action })} />
            <Search label="For whom" options={users} value={question.user} onPick={(user) => set({ user })} />
            <Choose label="Workspace" options={names.workspaces()} value={question.workspace} onPick={(workspace) => set({ workspace })} />
            {(about === "tool" || about === "server") && (
              <Search label="Server" options={servers} value={question.server} onPick={(server) => set({ server })} />
            )}
            {(about === "virtual-tool" || about === "virtual-server") && (
              <Choose label="Virtual server" options={virtualServers} value={question.virtualServer} onPick={(virtualServer) => set({ virtualServer })} />
            )}
            {(about === "tool" || about === "virtual-tool") && (
              <Search label="Tool" options={tools} value={question.tool} onPick={(tool) => set({ tool })} />
            )}
            {about === "integration" && (
              <Choose label="Integration" options={integrations} value={question.integration} onPick={(integration) => set({ integration })} />
            )}
            <Choose label="Agent" options={[NONE, ...(names.document.agents ?? [])]} value={question.agent} onPick={(agent) => set({ agent })} />
            <Choose label="Space" options={[NONE, ...names.spaces(question.workspace)]} value={question.space} onPick={(space) => set({ space })} />
            {about !== "integration" && about !== "virtual-server" && (
              <Choose label="Sign-in to the service" options={STATES} value={question.downstream} onPick={(downstream) => set({ downstream: STATES.find(({ id }) => id === downstream)?.id ?? question.downstream })} />
            )}
            <Checkbox className="check" isSelected={question.canAsk} onChange={(canAsk) => set({ canAsk })}>
              <span className="check-box" aria-hidden="true" />
              The person can be asked
            </Checkbox>
            <Button type="submit" className="button button-primary">
              Ask
            </Button>
          </form>
        </Section>
        <div>
          <p role="status" className="sr-only">
            {decision !== undefined && !isStale && `${OUTCOMES[decision.outcome]}: ${plain(decision.reason)}`}
          </p>
          <Answer explanation={answer?.explanation} isStale={isStale} heading={heading} />
        </div>
      </div>
    </>
  );
}

/** The form to begin with. */
function begin({ held, persona, place }: State): Question {
  const { names } = held;
  const { document } = names;
  const workspaces = names.workspaces();
  const form: Question = {
    action: "tool.call",
    user: persona.kind === "user" ? persona.user : (document.users?.[0]?.id ?? ""),
    workspace: workspaces.some(({ id }) => id === place) ? place : (within(place, names) ?? workspaces[0]?.id ?? ""),
    agent: document.agents?.[0]?.id ?? "",
    space: "",
    server: "",
    tool: "",
    virtualServer: document.virtualServers?.[0]?.id ?? "",
    integration: document.catalog?.[0]?.id ?? "",
    downstream: "ready",
    canAsk: true,
  };
  const near = document.servers?.find((server) => server.scope === place) ?? document.servers?.find((server) => server.scope === form.workspace);
  return settled({ ...form, server: near?.id ?? document.servers?.[0]?.id ?? "" }, names);
}

/** The first workspace right under a scope. */
function within(scope: string, names: Names): string | undefined {
  return names.document.scopes.find((entry) => entry.parent === scope && names.isWorkspace(entry.id))?.id;
}

/** A form whose tool and space are of its server and workspace. */
function settled(form: Question, names: Names): Question {
  const tools = aboutOf(form.action) === "virtual-tool" ? names.exposed(form.virtualServer) : names.tools(form.server);
  const tool = tools.some(({ id }) => id === form.tool) ? form.tool : (tools[0]?.id ?? "");
  const space = names.spaces(form.workspace).some(({ id }) => id === form.space) ? form.space : "";
  return { ...form, tool, space };
}
