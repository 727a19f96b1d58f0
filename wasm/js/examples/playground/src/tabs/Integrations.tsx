import { isRefusal } from "../engine.ts";
import type { IntegrationRow, SettingView } from "@lockstep/policy/admin";
import { usePage, usePagedView, useView } from "../state/context.tsx";
import { Act, Choices, Why } from "../ui/Choices.tsx";
import { HeldBy } from "../ui/HeldBy.tsx";
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
  const off = rows.filter((row) => row.effective === "off");
  const on = rows.filter((row) => row.effective !== "off");
  return (
    <>
      <TabHead title="Integrations">
        Ready-made connections at {scope}: {on.length} on, {off.length} off.
      </TabHead>
      {rows.length === 0 && <Empty>The catalogue holds no integration.</Empty>}
      {off.length > 0 && (
        <Section title="Off" note="Nobody here can connect these or use a tool of theirs. What is off above stays off here.">
          <Rows rows={off} scope={scope} />
        </Section>
      )}
      {on.length > 0 && (
        <Section title="On" note="Open to everybody here, as far as the other rules go.">
          <Rows rows={on} scope={scope} />
        </Section>
      )}
      <More onMore={more} />
      {newIntegrations !== undefined && <Stance setting={newIntegrations} scope={scope} />}
    </>
  );
}

function Rows({ rows, scope }: { rows: readonly IntegrationRow[]; scope: string }) {
  return (
    <ul className="rows">
      {rows.map((row) => (
        <Row key={row.integration} row={row} scope={scope} />
      ))}
    </ul>
  );
}

const FLOORS: Record<string, string> = { "floor/read": "Tools that read", "floor/write": "Tools that write" };

/** What holds for all integrations of a scope, and for everything there. */
function Stance({ setting, scope }: { setting: SettingView; scope: string }) {
  const { place } = usePage().state;
  const settings = useView<"settings">({ kind: "settings", scope: place });
  const { all, floors = [] } = isRefusal(settings) ? {} : settings;
  return (
    <Section title="Everything here" note={`What holds for all of ${scope}.`}>
      <ul className="rows">
        <SettingRow setting={setting} scope={scope} title="New integrations" note="Off: an integration is off until somebody turns it on by name." />
        {floors.map((floor) => (
          <SettingRow key={floor.setting} setting={floor} scope={scope} title={FLOORS[floor.setting] ?? floor.setting} note="The least that a call of such a tool needs, whatever its own mode says." />
        ))}
        {all !== undefined && <SettingRow setting={all} scope={scope} title="All access" note="Off is the emergency stop: every access here is denied, whoever asks." />}
      </ul>
    </Section>
  );
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
      <HeldBy setting={row} />
    </li>
  );
}
