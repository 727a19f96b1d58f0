import { isRefusal } from "../engine.ts";
import type { IntegrationRow, SettingView } from "@lockstep/policy/admin";
import { usePage, usePagedView, useView } from "../state/context.tsx";
import { Act, Choices, Why } from "../ui/Choices.tsx";
import { LockBadge } from "../ui/LockBadge.tsx";
import { Effective, Pill } from "../ui/Pill.tsx";
import { Empty, More, Refused, Section, TabHead } from "../ui/Section.tsx";
import { SettingRow } from "./SettingRow.tsx";

/** The integrations of a scope: what is on, what is locked and by whom. */
export function Integrations() {
  const { place, held } = usePage().state;
  const { answer, more } = usePagedView<"integrations">({ kind: "integrations", scope: place });
  if (isRefusal(answer)) return <Refused refusal={answer} />;
  const { rows, newIntegrations } = answer;
  const scope = held.names.of("scope", place);
  const off = rows.filter((row) => row.effective === "off").length;
  return (
    <>
      <TabHead title="Integrations">
        Ready-made connections at {scope}: {rows.length - off} on, {off} off.
      </TabHead>
      {newIntegrations !== undefined && <NewIntegrations setting={newIntegrations} scope={scope} />}
      <Section title="Catalogue" note="What is off above is off here, and nobody here can turn it on.">
        {rows.length === 0 && <Empty>The catalogue holds no integration.</Empty>}
        <ul className="rows">
          {rows.map((row) => (
            <Row key={row.integration} row={row} scope={scope} />
          ))}
        </ul>
        <More onMore={more} />
      </Section>
    </>
  );
}

function NewIntegrations({ setting, scope }: { setting: SettingView; scope: string }) {
  const stop = useStop();
  return (
    <Section title="Stance" note={`What holds for all of ${scope}.`}>
      <ul className="rows">
        <SettingRow setting={setting} scope={scope} title="New integrations" note="Off: an integration is off until somebody turns it on by name." />
        {stop !== undefined && <SettingRow setting={stop} scope={scope} title="Emergency stop" note="Off: every access here is denied, whoever asks." />}
      </ul>
    </Section>
  );
}

function useStop(): SettingView | undefined {
  const { place } = usePage().state;
  const answer = useView<"settings">({ kind: "settings", scope: place });
  return isRefusal(answer) ? undefined : answer.all;
}

function Row({ row, scope }: { row: IntegrationRow; scope: string }) {
  const { control, connect, connected } = row;
  const label = `${row.name} at ${scope}`;
  const isUsers = connect !== undefined;
  const people = isUsers ? (connect.value === true ? "You are connected" : "Not connected") : `${connected} connected`;
  const closed = control ?? connect;
  return (
    <li className="row">
      <div className="row-main">
        <p className="row-title">{row.name}</p>
        <p className="muted small">{people}</p>
      </div>
      <div className="row-state">
        <Effective value={row.effective} />
        {!row.approved && <Pill tone="warn">Not approved</Pill>}
        {closed?.lock !== undefined && <LockBadge lock={closed.lock} message={closed.message} />}
      </div>
      <div className="row-control">
        {control !== undefined && <Choices control={control} label={label} />}
        {connect !== undefined && <Act control={connect} label={connect.value === true ? "Connect again" : "Connect"} of={row.name} />}
      </div>
      {closed !== undefined && <Why control={closed} />}
    </li>
  );
}
