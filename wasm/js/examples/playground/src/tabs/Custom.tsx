import { isRefusal } from "../engine.ts";
import type { CustomSetting } from "@lockstep/policy/admin";
import { usePage, useView } from "../state/context.tsx";
import { counted } from "../state/model.ts";
import { Act, Why } from "../ui/Choices.tsx";
import { Closed, Empty, Refused, Section, TabHead } from "../ui/Section.tsx";
import { StatusPill } from "../ui/Pill.tsx";
import { LockBadge } from "../ui/LockBadge.tsx";
import { ago } from "../words.ts";
import { SettingRow } from "./SettingRow.tsx";

const TEXTS: Record<string, { title: string; note: string }> = {
  "custom/creation": { title: "Adding", note: "Whether people may register servers of their own." },
  "custom/use": { title: "Using", note: "Whether those servers may be called, checked or signed in to." },
  "custom/sharing": { title: "Sharing", note: "Whether others may use a server that somebody brought." },
};

/** The policy for servers that people bring, and one's own. */
export function Custom() {
  const { place, held, persona } = usePage().state;
  const answer = useView<"custom">({ kind: "custom", scope: place });
  if (isRefusal(answer)) return <Refused refusal={answer} />;
  const { settings, presets } = answer;
  const scope = held.names.of("scope", place);
  const count = settings[0]?.count;
  return (
    <>
      <TabHead title="Custom MCP">
        Servers that people bring to {scope} themselves
        {count === undefined ? "." : `: ${counted(count, "server")} registered.`}
      </TabHead>
      <Section title="Custom MCP policy" note="Each is inherited: off above is off here.">
        <ul className="rows">
          {settings.map((setting) => (
            <Row key={setting.setting} setting={setting} scope={scope} />
          ))}
        </ul>
        {presets !== undefined && (
          <div className="presets">
            <div className="preset">
              <p className="row-title">Freeze growth</p>
              <p className="muted small">No new servers; those that are there go on.</p>
              <Act control={presets.freezeGrowth} label="Freeze growth" of={scope} />
              <Why control={presets.freezeGrowth} />
            </div>
            <div className="preset">
              <p className="row-title">Lockdown</p>
              <p className="muted small">No new servers, and nobody uses those that are there.</p>
              <Act control={presets.lockdown} label="Lockdown" of={scope} danger />
              <Why control={presets.lockdown} />
            </div>
          </div>
        )}
      </Section>
      {persona.kind === "user" && held.names.isWorkspace(place) && <Mine workspace={place} />}
    </>
  );
}

function Row({ setting, scope }: { setting: CustomSetting; scope: string }) {
  const texts = TEXTS[setting.setting];
  return <SettingRow setting={setting} scope={scope} title={texts?.title ?? setting.setting} note={texts?.note ?? ""} />;
}

/** One's own custom servers. */
function Mine({ workspace }: { workspace: string }) {
  const answer = useView<"my-servers">({ kind: "my-servers", workspace });
  if (isRefusal(answer)) return null;
  const { register, rows = [], notice, hidden } = answer;
  const add = register === undefined ? undefined : <Act control={register} label="Add a server" of={answer.workspace.name} />;
  return (
    <Section title="Your custom servers" note="Only you see the private ones, and your administrators in their inventory." actions={add}>
      {notice !== undefined && <Closed notice={notice} />}
      {register !== undefined && !register.open && (
        <div className="notice">
          {register.lock !== undefined && <LockBadge lock={register.lock} message={register.message} />}
          <p>{register.message}</p>
        </div>
      )}
      {!hidden && rows.length === 0 && <Empty>You have registered none here.</Empty>}
      <ul className="rows">
        {rows.map(({ server, name, address, status, lastContact, controls }) => (
          <li className="row" key={server}>
            <div className="row-main">
              <p className="row-title">{name}</p>
              <p className="muted small break">{address}</p>
              <p className="muted small">{lastContact === undefined ? "Not yet checked" : `Checked ${ago(lastContact.ageSeconds)}`}</p>
            </div>
            <div className="row-state">
              <StatusPill status={status} />
            </div>
            <div className="row-control acts">
              <Act control={controls.check} label="Check" of={name} />
              <Act control={controls.edit} label="Rename" of={name} />
              <Act control={controls.share} label={controls.share.value === "shared" ? "Make private" : "Share"} of={name} />
              <Act control={controls.remove} label="Delete" of={name} danger />
            </div>
          </li>
        ))}
      </ul>
    </Section>
  );
}
