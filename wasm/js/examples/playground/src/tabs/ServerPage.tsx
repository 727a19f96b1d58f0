import { Button } from "react-aria-components";
import { isRefusal } from "../engine.ts";
import type { Control, ServerControls as Controls, ServerTool, ServerView, ViewSubject } from "@lockstep/policy/admin";
import { usePage, useView } from "../state/context.tsx";
import { Act, Choices, Why } from "../ui/Choices.tsx";
import { Icon } from "../ui/Icon.tsx";
import { LockBadge } from "../ui/LockBadge.tsx";
import { OutcomePill, StatusPill } from "../ui/Pill.tsx";
import { Empty, Refused, Section } from "../ui/Section.tsx";
import { ago, plain, valueName } from "../words.ts";

/** One server: how it does, what can be done with it, and its tools. */
export function ServerPage({ server }: { server: string }) {
  const { state, dispatch } = usePage();
  const { names } = state.held;
  const about: ViewSubject<"server"> = names.isWorkspace(state.place) ? { kind: "server", server, workspace: state.place } : { kind: "server", server };
  const answer = useView<"server">(about);
  const back = (
    <Button className="button button-small button-quiet" onPress={() => dispatch({ kind: "server-opened" })}>
      <Icon name="back" />
      All servers
    </Button>
  );
  if (isRefusal(answer)) {
    return (
      <>
        {back}
        <Refused refusal={answer} />
      </>
    );
  }
  const { server: facts, tools, advice = [] } = answer;
  const source = facts.source.integration === undefined ? "Custom server" : names.of("integration", facts.source.integration);
  return (
    <>
      {back}
      <header className="tab-head">
        <h2>{facts.name}</h2>
        <p className="muted">
          {source} · {facts.visibility === "shared" ? "Shared" : "Private"}
          {facts.owner !== undefined && ` · Owner ${facts.owner.name ?? facts.owner.user}`}
        </p>
        <p className="muted small break">{facts.address}</p>
        <div className="row-state">
          <StatusPill status={answer.status} />
          {answer.lastContact !== undefined && <span className="muted small">Checked {ago(answer.lastContact.ageSeconds)}</span>}
        </div>
        {answer.message !== undefined && <p className="why">{answer.message}</p>}
      </header>
      <ServerControls view={answer} />
      {advice.length > 0 && (
        <Section title="Advice" note="Nothing here is enforced.">
          <ul className="advice">
            {advice.map(({ code, message, tools: about }) => (
              <li key={code}>
                <Icon name="warn" />
                <span>
                  {message}
                  {about !== undefined && <span className="muted"> {about.join(", ")}</span>}
                </span>
              </li>
            ))}
          </ul>
        </Section>
      )}
      <Section title="Tools" note={`What a call of each comes to at ${names.of("scope", state.place)}, for somebody who can be asked.`}>
        {tools.length === 0 && <Empty>This server has no tools yet.</Empty>}
        <ul className="rows">
          {tools.map((tool) => (
            <Tool key={tool.tool} tool={tool} />
          ))}
        </ul>
      </Section>
    </>
  );
}

const ACTS: readonly [keyof Controls, string, boolean?][] = [
  ["check", "Check"],
  ["reconnect", "Sign in again"],
  ["edit", "Rename"],
  ["disable", "Disable"],
  ["enable", "Enable"],
  ["share", "Share"],
  ["remove", "Delete", true],
];

function ServerControls({ view }: { view: ServerView }) {
  const { names } = usePage().state.held;
  const { controls, server } = view;
  const master = controls.switch;
  const agents = controls.agents;
  const isDisabled = (server.disabled ?? []).length > 0;
  const shown = ACTS.filter(([name]) => controls[name] !== undefined && name !== (isDisabled ? "disable" : "enable"));
  return (
    <Section title="Server" note={`Agents that may use it: ${server.agents.map((agent) => names.of("agent", agent)).join(", ")}.`}>
      <ul className="rows">
        {master !== undefined && (
          <ControlRow control={master} title="Switch" note="Off: nothing of it runs, and nothing is lost." label={`Switch of ${server.name}`} />
        )}
        {agents !== undefined && (
          <li className="row">
            <div className="row-main">
              <p className="row-title">Agents</p>
              <p className="muted small">Who may use it; one at least.</p>
            </div>
            <div className="row-control acts">
              {agents.choices.map((choice) => {
                const ids = Array.isArray(choice.value) ? choice.value.map(String) : [];
                const added = ids.find((id) => !server.agents.includes(id));
                const gone = server.agents.find((id) => !ids.includes(id));
                const label = added === undefined ? `Take out ${names.of("agent", gone ?? "")}` : `Let in ${names.of("agent", added)}`;
                return <Act key={label} control={{ ...agents, choices: [choice] }} label={label} of={server.name} />;
              })}
            </div>
          </li>
        )}
        <li className="row">
          <div className="row-main">
            <p className="row-title">Actions</p>
            <p className="muted small">Each shows what it would do before anything is done.</p>
          </div>
          <div className="row-control acts">
            {shown.map(([name, label, danger]) => {
              const control = controls[name];
              if (control === undefined) return null;
              const said = name === "share" && control.value === "shared" ? "Make private" : label;
              return <Act key={name} control={control} label={said} of={server.name} danger={danger ?? false} />;
            })}
          </div>
        </li>
      </ul>
    </Section>
  );
}

function ControlRow({ control, title, note, label }: { control: Control; title: string; note: string; label: string }) {
  return (
    <li className="row">
      <div className="row-main">
        <p className="row-title">{title}</p>
        <p className="muted small">{note}</p>
      </div>
      <div className="row-state">{control.lock !== undefined && <LockBadge lock={control.lock} message={control.message} />}</div>
      <div className="row-control">
        <Choices control={control} label={label} />
      </div>
      <Why control={control} />
    </li>
  );
}

function Tool({ tool }: { tool: ServerTool }) {
  const { controls, floor } = tool;
  const enabled = controls?.enabled;
  const approval = controls?.approval;
  return (
    <li className="row row-tool">
      <div className="row-main">
        <p className="row-title mono break">{tool.tool}</p>
        <p className="muted small">
          {tool.label === undefined ? "No label" : tool.label === "write" ? "Writes" : "Reads"}
          {tool.sensitive && " · Sensitive"}
          {tool.pinned && " · Pinned"}
          {approval === undefined ? "" : ` · Approval ${valueName(approval.value).toLowerCase()}`}
        </p>
      </div>
      <div className="row-state">
        <OutcomePill outcome={tool.outcome} />
        {tool.reason !== undefined && tool.reason !== "allowed" && <span className="muted small">{plain(tool.reason)}</span>}
        {floor !== undefined && (tool.outcome !== "deny" || tool.reason === "approval-floor") && <LockBadge lock={floor.lock} />}
      </div>
      {(enabled !== undefined || approval !== undefined) && (
        <div className="row-control">
          {enabled !== undefined && <Choices control={enabled} label={`${tool.tool} enabled`} />}
          {approval !== undefined && <Choices control={approval} label={`Approval of ${tool.tool}`} />}
        </div>
      )}
      {tool.overruled && <p className="why">Its mode is looser than the floor, so the floor counts: {valueName(floor?.value ?? "")}.</p>}
    </li>
  );
}

