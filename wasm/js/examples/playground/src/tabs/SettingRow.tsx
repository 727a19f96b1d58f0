import type { CustomSetting, FloorView, SettingView } from "@lockstep/policy/admin";
import { Choices, Why } from "../ui/Choices.tsx";
import { HeldBy } from "../ui/HeldBy.tsx";
import { LockBadge } from "../ui/LockBadge.tsx";
import { Effective, Pill } from "../ui/Pill.tsx";
import { valueName } from "../words.ts";

/** A setting: what it comes to, what is stored here, and what it can be moved to. */
export function SettingRow({ setting, scope, title, note }: { setting: SettingView | FloorView | CustomSetting; scope: string; title: string; note: string }) {
  const { control } = setting;
  const notice = "notice" in setting ? setting.notice : undefined;
  const lock = control?.lock ?? ("lock" in setting ? setting.lock : undefined) ?? (notice?.badge === undefined ? undefined : { badge: notice.badge });
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
      {control !== undefined && <Why control={control} />}
      {!isFloor && <HeldBy setting={setting} />}
      {control === undefined && notice !== undefined && <p className="why">{notice.message}</p>}
    </li>
  );
}
