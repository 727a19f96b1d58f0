import { Button } from "react-aria-components";
import { usePage } from "./state/context.tsx";
import { Icon } from "./ui/Icon.tsx";

/** What was just done, in sight and read out. */
export function SaidBar() {
  const { state, dispatch } = usePage();
  const { said } = state;
  return (
    <div role="status" aria-label="Last action">
      {said !== undefined && (
        <div className={`said said-${said.tone}`} key={said.id}>
          <Icon name={said.tone === "done" ? "pass" : "warn"} />
          <p>
            <strong>{said.title}.</strong> {said.detail !== undefined && <span>{said.detail}.</span>}
          </p>
          {said.undo && (
            <Button className="button button-small" onPress={() => dispatch({ kind: "undone" })}>
              <Icon name="undo" />
              Undo
            </Button>
          )}
          <Button className="button button-small button-quiet button-icon" aria-label="Dismiss" onPress={() => dispatch({ kind: "said-closed" })}>
            <Icon name="close" />
          </Button>
        </div>
      )}
    </div>
  );
}
