/** The state for everything below, and how views are asked. */

import { createContext, useContext, useMemo, useState } from "react";
import type { Dispatch } from "react";
import type { ViewAnswer, ViewKind, ViewRefusal, ViewSubject } from "@lockstep/policy/admin";
import { isRefusal } from "../engine.ts";
import type { Action, State } from "./model.ts";

interface Page {
  state: State;
  dispatch: Dispatch<Action>;
}

const PageContext = createContext<Page | undefined>(undefined);

/** Gives the state to everything below. */
export const PageProvider = PageContext.Provider;

/** The state, and what moves it. */
export function usePage(): Page {
  const page = useContext(PageContext);
  if (page === undefined) throw new Error("this belongs under a PageProvider");
  return page;
}

/** A view as the persona sees it now. */
export function useView<K extends ViewKind>(view: ViewSubject<K>): ViewAnswer<K> | ViewRefusal {
  const { held, persona, now } = usePage().state;
  // The key stands for the view, which is another object each time.
  const key = JSON.stringify(view);
  return useMemo(() => held.handle.view<K>(view, persona, now), [held, persona, now, key]);
}

/** The views of this page that come in pages. */
type PagedKind = "integrations" | "inventory" | "servers" | "users";

/** How many rows a page of a view has. */
const PAGE = 50;

/** A paged view: the pages shown so far as one, and how to show one more. */
export function usePagedView<K extends PagedKind>(view: ViewSubject<K>): { answer: ViewAnswer<K> | ViewRefusal; more: (() => void) | undefined } {
  const { held, persona, now } = usePage().state;
  const [shown, setShown] = useState<{ key: string; pages: number }>({ key: "", pages: 1 });
  const key = JSON.stringify([view, persona]);
  const pages = shown.key === key ? shown.pages : 1;
  const answer = useMemo(() => {
    const first = held.handle.view<K>(view, persona, now, { size: PAGE });
    if (isRefusal(first)) return first;
    const rows: unknown[] = [...first.rows];
    let after = first.next;
    for (let page = 1; page < pages && after !== undefined; page += 1) {
      const following = held.handle.view<K>(view, persona, now, { size: PAGE, after });
      if (isRefusal(following)) break;
      rows.push(...following.rows);
      after = following.next;
    }
    return { ...first, rows, next: after } as ViewAnswer<K>;
  }, [held, persona, now, key, pages]);
  const hasMore = !isRefusal(answer) && answer.next !== undefined;
  return { answer, more: hasMore ? () => setShown({ key, pages: pages + 1 }) : undefined };
}
