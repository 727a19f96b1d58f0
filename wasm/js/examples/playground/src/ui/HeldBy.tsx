import type { Choice, Control, HeldBy as Held, StoredValue } from "@lockstep/policy/admin";
import { usePage } from "../state/context.tsx";
import { settingName } from "../words.ts";
import { Act } from "./Choices.tsx";

interface Stored {
  control?: Control;
  heldBy?: readonly Held[];
  stored?: readonly StoredValue[];
  except?: Control;
}

/** What else turns a setting off, with the way to lift it there; and whom an `off` spares. */
export function HeldBy({ setting }: { setting: Stored }) {
  const { held: policy, place } = usePage().state;
  const { names } = policy;
  const { control, heldBy = [], stored = [], except } = setting;
  const name = (id: string): string => names.of("scope", id);
  return (
    <>
      {elsewhere(control, heldBy).map((held) => (
        <div className="why held" key={`${held.setting} ${held.authority} ${held.at}`}>
          <span>
            {settingName(held.setting, names)} is off at {name(held.at)}, set by {names.level(held.level)} {name(held.authority)}.
          </span>
          {held.control.open && <Act control={held.control} label="Lift it there" of={name(held.at)} />}
        </div>
      ))}
      {stored
        .filter((value) => value.except !== undefined)
        .map((value) => (
          <p className="why" key={value.authority}>
            Except for {value.except?.map(name).join(", ")}.
          </p>
        ))}
      {except?.open === true && (
        <div className="why held">
          <Act control={except} label="Exceptions" of={name(place)} />
        </div>
      )}
    </>
  );
}

/** Each `off` that counts and is neither the control's own nor a cause of its lock, which its badge tells. */
function elsewhere(control: Control | undefined, heldBy: readonly Held[]): Held[] {
  const own = new Set(control?.choices.map(sent));
  const causes = control?.lock?.causes ?? [];
  const isCause = (held: Held): boolean => causes.some(({ setting, authority, at }) => setting === held.setting && authority === held.authority && at === held.at);
  return heldBy.filter((held) => !isCause(held) && !held.control.choices.some((choice) => own.has(sent(choice))));
}

function sent(choice: Choice): string {
  return JSON.stringify(choice.change);
}
