import { useCallback, useEffect, useMemo, useReducer } from "react";
import { Button, Tab, TabList, TabPanel, Tabs } from "react-aria-components";
import { Header } from "./Header.tsx";
import { PersonaBar } from "./PersonaBar.tsx";
import { SaidBar } from "./Said.tsx";
import { useFileDrop } from "./drop.ts";
import { opened } from "./open.ts";
import { PreviewDialog } from "./preview/PreviewDialog.tsx";
import { TABS, readAddress, writeAddress } from "./state/address.ts";
import type { Tab as TabName } from "./state/address.ts";
import { PageProvider } from "./state/context.tsx";
import { next } from "./state/model.ts";
import type { State, Trial } from "./state/model.ts";
import { Ask } from "./tabs/Ask.tsx";
import { Changes } from "./tabs/Changes.tsx";
import { Custom } from "./tabs/Custom.tsx";
import { DocumentTab } from "./tabs/DocumentTab.tsx";
import { Integrations } from "./tabs/Integrations.tsx";
import { Inventory } from "./tabs/Inventory.tsx";
import { Tools } from "./tabs/Tools.tsx";
import { Users } from "./tabs/Users.tsx";
import { Names } from "./document.ts";
import { day } from "./words.ts";

const TITLES: Record<TabName, string> = {
  integrations: "Integrations",
  custom: "Custom MCP",
  inventory: "Inventory",
  tools: "Tools",
  users: "Users",
  ask: "Ask",
  changes: "Changes",
  document: "Document",
};

/** The whole page. */
export function App({ first }: { first: State }) {
  const [state, dispatch] = useReducer(next, first);
  const { held, persona, place, tab, now } = state;
  const page = useMemo(() => ({ state, dispatch }), [state]);

  // The address says who, where and which tab; going back in the browser goes there.
  useEffect(() => {
    const address = writeAddress(persona, place, tab);
    if (location.hash === "") history.replaceState(null, "", address);
    else if (location.hash !== address) history.pushState(null, "", address);
  }, [persona, place, tab]);
  // On a phone the tabs don't all fit: the chosen one is brought in sight.
  useEffect(() => {
    document.querySelector("[role=tab][aria-selected=true]")?.scrollIntoView({ block: "nearest", inline: "center" });
  }, [tab]);
  useEffect(() => {
    const go = (): void => dispatch({ kind: "went", ...readAddress(location.hash) });
    window.addEventListener("popstate", go);
    return () => window.removeEventListener("popstate", go);
  }, []);

  const onFile = useCallback((file: File) => {
    const take = async (): Promise<void> => {
      const result = opened(file.name, await file.text());
      dispatch(result.kind === "rejected" ? result : { ...result, tab: "integrations" });
    };
    take().catch((error: unknown) => dispatch({ kind: "failed", title: `${file.name} couldn't be read`, detail: error instanceof Error ? error.message : "Try another file" }));
  }, []);
  const isOver = useFileDrop(onFile);
  const onApply = useCallback(
    (trial: Trial, change: Trial["change"], confirmed: boolean) => {
      const { answer, next: following } = held.handle.apply(change, persona, now, confirmed);
      const title = trial.title;
      if (!answer.permitted) dispatch({ kind: "failed", title: trial.title, detail: answer.message.user });
      else if (!answer.changed || following === undefined) dispatch({ kind: "unchanged", title });
      else {
        const names = new Names(following.text);
        dispatch({ kind: "applied", title, by: persona, held: { handle: following, names }, events: answer.events ?? [] });
      }
    },
    [held, persona, now],
  );

  const panels: Record<TabName, React.ReactNode> = {
    integrations: <Integrations />,
    custom: <Custom />,
    inventory: <Inventory />,
    tools: <Tools />,
    users: <Users />,
    ask: <Ask key={`${JSON.stringify(persona)} ${place}`} />,
    changes: <Changes />,
    document: <DocumentTab onFile={onFile} />,
  };
  return (
    <PageProvider value={page}>
      <Button className="skip" onPress={() => document.getElementById("main")?.focus()}>
        Skip to the page
      </Button>
      <Header onFile={onFile} />
      <PersonaBar />
      <main id="main" tabIndex={-1}>
        <SaidBar />
        <Tabs className="tabs" selectedKey={tab} onSelectionChange={(key) => dispatch({ kind: "went", tab: key as TabName })} keyboardActivation="manual">
          <TabList className="tab-list" aria-label="Pages">
            {TABS.map((name) => (
              <Tab key={name} id={name} className="tab">
                {TITLES[name]}
                {name === "changes" && state.history.length > 0 && <span className="tab-count">{state.history.length}</span>}
              </Tab>
            ))}
          </TabList>
          {TABS.map((name) => (
            <TabPanel key={name} id={name} className="tab-panel">
              {panels[name]}
            </TabPanel>
          ))}
        </Tabs>
      </main>
      <footer className="foot muted small">
        <p>Everything happens in this page: no server is asked. Shown as on {day(now)}.</p>
      </footer>
      <PreviewDialog onApply={onApply} />
      {isOver && <div className="drop-veil">Drop the policy to open it</div>}
    </PageProvider>
  );
}
