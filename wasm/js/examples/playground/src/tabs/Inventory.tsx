import { isRefusal } from "../engine.ts";
import type { InventoryRow } from "@lockstep/policy/admin";
import { usePage, usePagedView } from "../state/context.tsx";
import { counted } from "../state/model.ts";
import { Act } from "../ui/Choices.tsx";
import { Pill, StatusPill } from "../ui/Pill.tsx";
import { Empty, More, Refused, Section, TabHead } from "../ui/Section.tsx";
import { ago, day } from "../words.ts";

/** The custom servers of a subtree, for its administrators. */
export function Inventory() {
  const { place, held } = usePage().state;
  const { answer, more } = usePagedView<"inventory">({ kind: "inventory", scope: place });
  if (isRefusal(answer)) return <Refused refusal={answer} />;
  const { count, rows, groups } = answer;
  const parts = groups?.map((group) => ({ id: group.id, title: group.name, note: counted(group.count, "server") })) ?? [
    { id: undefined, title: "All servers", note: counted(count, "server") },
  ];
  return (
    <>
      <TabHead title="Inventory">Every custom server under {held.names.of("scope", place)}, whoever brought it.</TabHead>
      {rows.length === 0 && <Empty>Nobody has registered a custom server here.</Empty>}
      {rows.length > 0 &&
        parts.map(({ id, title, note }) => (
          <Section key={title} title={title} note={note}>
            <ul className="rows">
              {rows
                .filter((row) => row.group === id)
                .map((row) => (
                  <Row key={row.server} row={row} />
                ))}
            </ul>
          </Section>
        ))}
      <More onMore={more} />
    </>
  );
}

function Row({ row }: { row: InventoryRow }) {
  const { names } = usePage().state.held;
  const { controls, owner, lastContact, disabled = [] } = row;
  return (
    <li className="row">
      <div className="row-main">
        <p className="row-title">{row.name}</p>
        <p className="muted small break">{row.address}</p>
        <p className="muted small">
          {owner === undefined ? "No owner left" : (owner.name ?? owner.user)} · {names.of("scope", row.scope)} · since {day(row.registeredAt)}
        </p>
      </div>
      <div className="row-state">
        {disabled.length > 0 && <Pill tone="bad">Disabled</Pill>}
        {row.badge !== undefined && <StatusPill status={row.badge} />}
        {row.outsideOrigins && <Pill tone="warn">Outside the list</Pill>}
        <Pill tone="quiet">{row.visibility === "shared" ? "Shared" : "Private"}</Pill>
        <span className="muted small">{lastContact === undefined ? "Not yet checked" : `Checked ${ago(lastContact.ageSeconds)}`}</span>
      </div>
      <div className="row-control acts">
        {disabled.length === 0 && <Act control={controls.disable} label="Disable" of={row.name} />}
        {disabled.length > 0 && <Act control={controls.enable} label="Enable" of={row.name} />}
        <Act control={controls.delete} label="Delete" of={row.name} danger />
      </div>
      {disabled.map((entry) => (
        <p className="why" key={entry.authority ?? "delegate"}>
          Disabled by {entry.authority === undefined ? "a delegate" : names.of("scope", entry.authority)} on {day(entry.at)}.
        </p>
      ))}
      {row.earlier !== undefined && <p className="why">The same address was deleted here on {day(row.earlier.deletedAt)}.</p>}
    </li>
  );
}
