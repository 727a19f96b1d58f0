import { isRefusal } from "../engine.ts";
import type { UsersRow } from "@lockstep/policy/admin";
import { usePage, usePagedView, useView } from "../state/context.tsx";
import { counted } from "../state/model.ts";
import { Act, Choices } from "../ui/Choices.tsx";
import { Pill } from "../ui/Pill.tsx";
import { Empty, More, Refused, Section, TabHead } from "../ui/Section.tsx";
import { ago, day } from "../words.ts";

/** The people of a scope for its administrators; for others their own tab. */
export function Users() {
  const { place, persona } = usePage().state;
  const { answer, more } = usePagedView<"users">({ kind: "users", scope: place });
  if (isRefusal(answer)) {
    return answer.reason === "not-administrator" && persona.kind === "user" ? <Own user={persona.user} /> : <Refused refusal={answer} />;
  }
  return (
    <>
      <TabHead title="Users">
        {counted(answer.count, "person")
          .replace("persons", "people")}{" "}
        with an entry under {answer.scope.name}.
      </TabHead>
      <Section title="MCP access" note="Disabling revokes a person's tokens in the same change; enabling restores none.">
        {answer.rows.length === 0 && <Empty>Nobody belongs here.</Empty>}
        <ul className="rows">
          {answer.rows.map((row) => (
            <Row key={row.user} row={row} />
          ))}
        </ul>
        <More onMore={more} />
      </Section>
    </>
  );
}

function Row({ row }: { row: UsersRow }) {
  const { names } = usePage().state.held;
  const { access, revoke } = row.controls;
  const active = row.clients.filter((client) => client.active).map((client) => client.name);
  return (
    <li className="row">
      <div className="row-main">
        <p className="row-title">{row.name}</p>
        <p className="muted small">{names.role(row.user)}</p>
      </div>
      <div className="row-state">
        <Access access={row.access} addedAt={row.addedAt} />
        <span className="muted small">{active.length === 0 ? "No client" : active.join(", ")}</span>
        <span className="muted small">{row.lastUsed === undefined ? "Never used" : `Used ${ago(row.lastUsed.ageSeconds)}`}</span>
      </div>
      <div className="row-control">
        <Choices control={access} label={`Access of ${row.name}`} />
        {revoke.value !== 0 && <Act control={revoke} label={`Revoke ${counted(Number(revoke.value), "token")}`} of={row.name} danger />}
      </div>
    </li>
  );
}

function Access({ access, addedAt }: { access: string; addedAt: string | undefined }) {
  if (access === "enabled") return <Pill tone="good">Enabled</Pill>;
  return <Pill tone="quiet">{addedAt === undefined ? "Not added" : "Disabled"}</Pill>;
}

/** What somebody sees of themselves. */
function Own({ user }: { user: string }) {
  const { names } = usePage().state.held;
  const answer = useView<"user">({ kind: "user", user });
  if (isRefusal(answer)) return <Refused refusal={answer} />;
  const { user: person, tokens, controls } = answer;
  return (
    <>
      <TabHead title="Your access">{names.role(user)}.</TabHead>
      <Section title={person.name} note={`${counted(tokens.active, "active token")}, ${tokens.expired} expired.`}>
        <ul className="rows">
          <li className="row">
            <div className="row-main">
              <p className="row-title">MCP access</p>
              <p className="muted small">Whether clients may call tools for you.</p>
            </div>
            <div className="row-state">
              <Access access={person.access} addedAt="" />
            </div>
            <div className="row-control"><Choices control={controls.access} label="Your MCP access" /></div>
          </li>
        </ul>
      </Section>
      <Section title="Tokens" note="Each belongs to one client, workspace and agent.">
        {tokens.rows.length === 0 && <Empty>You have none.</Empty>}
        <ul className="rows">
          {tokens.rows.map((row) => (
            <li className="row" key={row.token}>
              <div className="row-main">
                <p className="row-title">{answer.clients.find((client) => client.client === row.client)?.name ?? row.client}</p>
                <p className="muted small">
                  {names.of("agent", row.agent)} in {names.of("scope", row.workspace)}
                  {row.virtualServer !== undefined && `, for ${names.of("virtual-server", row.virtualServer)} alone`}
                </p>
              </div>
              <div className="row-state">
                <Pill tone={row.state === "active" ? "good" : "quiet"}>{row.state === "active" ? "Active" : row.state === "expired" ? "Expired" : "Revoked"}</Pill>
                <span className="muted small">until {day(row.expiresAt)}</span>
              </div>
              <div className="row-control">
                {row.state === "active" && <Act control={row.controls.revoke} label="Revoke" of={row.token} danger />}
              </div>
            </li>
          ))}
        </ul>
      </Section>
    </>
  );
}
