import { Button } from "react-aria-components";
import { isRefusal } from "../engine.ts";
import { usePage, usePagedView } from "../state/context.tsx";
import { StatusPill } from "../ui/Pill.tsx";
import { Empty, More, Refused, Section, TabHead } from "../ui/Section.tsx";
import { Icon } from "../ui/Icon.tsx";
import { plain } from "../words.ts";
import { ServerPage } from "./ServerPage.tsx";

/** The servers that somebody sees from here, and one server's page. */
export function Tools() {
  const { server } = usePage().state;
  return server === undefined ? <Servers /> : <ServerPage server={server} />;
}

function Servers() {
  const { state, dispatch } = usePage();
  const { names } = state.held;
  const { answer, more } = usePagedView<"servers">({ kind: "servers", scope: state.place });
  if (isRefusal(answer)) return <Refused refusal={answer} />;
  const { scope, rows } = answer;
  return (
    <>
      <TabHead title="Tools">The servers at {scope.name}, and what each of their tools comes to.</TabHead>
      <Section title="Servers" note="Shared ones from here and above, and private ones of your own.">
        {rows.length === 0 && <Empty>No server is to be seen from here.</Empty>}
        <ul className="rows">
          {rows.map((row) => (
            <li className="row row-link" key={row.server}>
              <div className="row-main">
                <Button className="row-open" onPress={() => dispatch({ kind: "server-opened", server: row.server })}>
                  {row.name}
                  <Icon name="next" />
                </Button>
                <p className="muted small">
                  {row.source.integration === undefined ? "Custom" : names.of("integration", row.source.integration)}
                  {" · "}
                  {row.visibility === "shared" ? `Shared${row.scope === undefined ? " from above" : ` from ${names.of("scope", row.scope)}`}` : "Private"}
                </p>
              </div>
              <div className="row-state">
                <StatusPill status={row.status} />
                {row.statusReason !== undefined && <span className="muted small">{plain(row.statusReason)}</span>}
              </div>
            </li>
          ))}
        </ul>
        <More onMore={more} />
      </Section>
    </>
  );
}
