import type { RefObject } from "react";
import type { Explanation, LayerRow } from "@lockstep/policy/admin";
import { usePage } from "../state/context.tsx";
import { Icon } from "../ui/Icon.tsx";
import type { IconName } from "../ui/Icon.tsx";
import { LockBadge } from "../ui/LockBadge.tsx";
import { OutcomePill } from "../ui/Pill.tsx";
import { LAYERS, VERDICTS, plain, settingName } from "../words.ts";

interface Given {
  explanation: Explanation | undefined;
  /** Whether the question or the policy has changed since. */
  isStale: boolean;
  heading: RefObject<HTMLHeadingElement | null>;
}

/** The answer to a question: what it comes to, each layer, and what would unlock it. */
export function Answer({ explanation, isStale, heading }: Given) {
  return (
    <section className={isStale ? "card answer answer-stale" : "card answer"} aria-labelledby="answer">
      <header className="card-head">
        <h3 id="answer" ref={heading} tabIndex={-1}>
          Answer
        </h3>
        {isStale && <span className="muted small">Something changed since. Ask again.</span>}
      </header>
      {explanation === undefined ? (
        <div className="empty">
          <p className="muted">Choose a request and press Ask.</p>
        </div>
      ) : (
        <Body explanation={explanation} />
      )}
    </section>
  );
}

function Body({ explanation }: { explanation: Explanation }) {
  const { names } = usePage().state.held;
  const { decision, layers, unlock = [] } = explanation;
  return (
    <>
      <Verdict decision={decision} />
      {layers === undefined ? (
        <p className="why answer-part">The layers are shown to administrators of the workspace.</p>
      ) : (
        <ol className="layers" aria-label="Layers">
          {layers.map((layer, index) => (
            <Layer key={layer.layer} layer={layer} number={index + 1} />
          ))}
        </ol>
      )}
      {unlock.length > 0 && (
        <div className="answer-part">
          <h4>What would unlock it</h4>
          <ul className="plain">
            {unlock.map((entry) => (
              <li key={`${entry.setting} ${entry.at} ${entry.authority}`}>
                <strong>{settingName(entry.setting, names)}</strong> at {names.of("scope", entry.at)}. Who can lift it: {entry.who}.
              </li>
            ))}
          </ul>
        </div>
      )}
    </>
  );
}

function Verdict({ decision }: { decision: Explanation["decision"] }) {
  const { outcome, reason, message } = decision;
  const lock = "lock" in decision ? decision.lock : undefined;
  const badge = "badge" in decision ? decision.badge : undefined;
  const shown = lock ?? (badge === undefined ? undefined : { badge });
  const texts = typeof message === "string" ? { user: message } : message;
  return (
    <div className={`verdict verdict-${outcome}`}>
      <div className="row-state">
        <OutcomePill outcome={outcome} />
        <strong>{plain(reason)}</strong>
        {shown !== undefined && <LockBadge lock={shown} message={texts.user} />}
      </div>
      {texts.user !== "" && (
        <p>
          {"admin" in texts && <span className="muted">The person is told: </span>}
          {texts.user}
        </p>
      )}
      {"admin" in texts && texts.admin !== texts.user && (
        <p>
          <span className="muted">Administrators read: </span>
          {texts.admin}
        </p>
      )}
    </div>
  );
}

const ICONS: Record<LayerRow["verdict"], IconName> = { pass: "pass", deny: "deny", ask: "ask", "not-applicable": "none", "not-reached": "none" };

function Layer({ layer, number }: { layer: LayerRow; number: number }) {
  const { verdict, reason, message, lock } = layer;
  const known = LAYERS[layer.layer];
  return (
    <li className={`layer layer-${verdict}`}>
      <span className="layer-icon">
        <Icon name={ICONS[verdict]} />
      </span>
      <div className="layer-body">
        <p className="layer-title">
          <span>
            <span className="layer-number">{number}</span> {known?.name ?? plain(layer.layer)}
          </span>
          <span className="layer-verdict">
            {VERDICTS[verdict]}
            {reason !== undefined && `: ${plain(reason).toLowerCase()}`}
          </span>
        </p>
        <p className="muted small">{message ?? known?.asks}</p>
        {lock !== undefined && <LockBadge lock={lock} message={message} />}
      </div>
    </li>
  );
}
