import type { CustomSetting, FloorView, SettingView } from "@lockstep/policy/admin";
import { usePage } from "../state/context.tsx";
import { Choices, Why } from "../ui/Choices.tsx";
import { LockBadge } from "../ui/LockBadge.tsx";
import { Effective, Pill } from "../ui/Pill.tsx";
import { valueName } from "../words.ts";

/** A setting: what it comes to, what is stored here, and what it can be moved to. */
export function SettingRow({ setting, scope, title, note }: { setting: SettingView | FloorView | CustomSetting; scope: string; title: string; note: string }) {
  const { names } = usePage().state.held;
  const { control } = setting;
  const notice = "notice" in setting ? setting.notice : undefined;
  const lock = control?.lock ?? ("lock" in setting ? setting.lock : undefined) ?? (notice?.badge === undefined ? undefined : { badge: notice.badge });
  const others = (setting.stored ?? []).filter((stored) => stored.value !== control?.value);
  const isFloor = setting.setting.startsWith("floor/");
  return (
    <li className="row">
      <div className="row-main">
        <p className="row-title">{title}</p>
        <p className="muted small">{note}</p>
      </div>
      <div className="row-state">
        {isFloor ? <Pill tone="quiet">{valueName(setting.effective ?? "unset")}</Pill> : <Effective value={setting.effective} />}
        {lock !== undefined && <LockBadge lock={lock} message={control?.message ?? notice?.message} />}
      </div>
      <div className="row-control">{control !== undefined && <Choices control={control} label={`${title} at ${scope}`} />}</div>
      {others.map((stored) => (
        <p key={stored.authority} className="why">
          {valueName(stored.value)} here by {names.level(stored.level)} {names.of("scope", stored.authority)}.
        </p>
      ))}
      {control !== undefined && <Why control={control} />}
      {control === undefined && notice !== undefined && <p className="why">{notice.message}</p>}
    </li>
  );
}
