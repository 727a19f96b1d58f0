import { Button, Tooltip, TooltipTrigger } from "react-aria-components";
import type { Lock } from "@lockstep/policy/admin";
import { usePage } from "../state/context.tsx";
import { causeSentence } from "../words.ts";
import { Icon } from "./Icon.tsx";

/** "Locked by MSP", with who set what and where on hover and on focus. */
export function LockBadge({ lock, message }: { lock: Lock; message?: string | undefined }) {
  const { names } = usePage().state.held;
  const causes = lock.causes ?? [];
  return (
    <TooltipTrigger delay={150} closeDelay={100}>
      <Button className="badge">
        <Icon name="lock" />
        {lock.badge}
      </Button>
      <Tooltip className="tooltip" offset={6} placement="bottom start">
        {causes.map((cause) => (
          <p key={`${cause.setting} ${cause.authority} ${cause.at}`}>{causeSentence(cause, names)}</p>
        ))}
        {causes.length === 0 && <p>{message ?? "Set above. Ask your administrator."}</p>}
      </Tooltip>
    </TooltipTrigger>
  );
}
