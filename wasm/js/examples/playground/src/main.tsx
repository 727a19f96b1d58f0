import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./App.tsx";
import { start } from "./engine.ts";
import { NAME, fetchNorthwind } from "./example/northwind.ts";
import { opened } from "./open.ts";
import { readAddress } from "./state/address.ts";
import type { State } from "./state/model.ts";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/layout.css";
import "./styles/controls.css";
import "./styles/parts.css";
import "./styles/document.css";

const place = document.getElementById("root");
if (place === null) throw new Error("the page has no root");
const root = createRoot(place);

/** Loads module and example, and shows the page where the address says. */
async function begin(): Promise<void> {
  const [text] = await Promise.all([fetchNorthwind(), start()]);
  const result = opened(NAME, text);
  if (result.kind === "rejected") throw new Error(`the example has problems: ${result.draft.problems[0]?.problem ?? ""}`);
  const { name, now, held, persona, place: at } = result;
  const first: State = { name, now, held, persona, place: at, tab: "integrations", history: [], ...readAddress(location.hash) };
  root.render(
    <StrictMode>
      <App first={first} />
    </StrictMode>,
  );
}

begin().catch((error: unknown) => {
  console.error(error);
  root.render(
    <main className="failed">
      <h1>The playground couldn't start</h1>
      <p>{error instanceof Error ? error.message : "Something went wrong."}</p>
      <p>It needs a browser with WebAssembly, and its own files beside it.</p>
    </main>,
  );
});
