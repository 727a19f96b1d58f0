/** No finding of axe-core that is serious or critical: every tab and state, light and dark, on a desktop and on a phone. */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import type { AxeResults } from "axe-core";
import type { Page } from "playwright-core";
import { begin, open } from "./browser.ts";
import type { Looking } from "./browser.ts";

const BAD = fileURLToPath(new URL("../../../../../../host-demo/examples/northwind/ten-mistakes.json", import.meta.url));
const TABS = ["Integrations", "Custom MCP", "Inventory", "Tools", "Users", "Ask", "Changes", "Document"];

declare global {
  interface Window {
    axe: { run: () => Promise<AxeResults> };
  }
}

let looking: Looking;
let source: string;
before(async () => {
  looking = await begin();
  source = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
});
after(() => looking.close());

/** What is found in the page as it is. */
async function findings(page: Page): Promise<string[]> {
  const { violations } = await page.evaluate(() => window.axe.run());
  return violations.map(({ impact, id, nodes }) => `${impact} ${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(" | ")}`);
}

for (const phone of [false, true]) {
  for (const dark of [false, true]) {
    test(`axe: ${dark ? "dark" : "light"}, ${phone ? "phone" : "desktop"}`, async (context) => {
      const all: string[] = [];
      const check = async (page: Page, where: string): Promise<void> => {
        all.push(...(await findings(page)).map((finding) => `${where}: ${finding}`));
      };
      const { page, errors } = await open(looking, { at: "as=ben&at=acme&tab=integrations", dark, phone });
      await page.evaluate(source);
      for (const tab of TABS) {
        await page.getByRole("tab", { name: tab }).click();
        await check(page, tab);
      }
      await page.getByRole("tab", { name: "Ask" }).click();
      await page.getByRole("button", { name: "Ask", exact: true }).click();
      await page.getByRole("list", { name: "Layers" }).waitFor();
      await check(page, "an answer");
      await page.getByRole("tab", { name: "Tools" }).click();
      await page.getByRole("button", { name: "GitHub of Acme" }).click();
      await page.getByRole("heading", { name: "GitHub of Acme" }).waitFor();
      await check(page, "a server");
      await page.getByRole("tab", { name: "Custom MCP" }).click();
      await page.getByRole("button", { name: "Lockdown: Acme Machines" }).click();
      await page.getByRole("dialog").waitFor();
      await check(page, "a preview");
      await page.getByRole("button", { name: "Apply" }).click();
      await page.getByRole("tab", { name: /^Changes/ }).click();
      await check(page, "a change");
      await page.getByRole("button", { name: /At$/ }).click();
      await page.getByRole("listbox").waitFor();
      await check(page, "an open list");
      await page.keyboard.press("Escape");
      const [chooser] = await Promise.all([page.waitForEvent("filechooser"), page.getByRole("button", { name: "Open" }).click()]);
      await chooser.setFiles(BAD);
      await page.getByRole("heading", { name: "10 problems" }).waitFor();
      await check(page, "problems");
      context.diagnostic(`${TABS.length + 6} states, ${all.length} findings in all`);
      for (const finding of all) context.diagnostic(finding);
      assert.deepEqual(all.filter((finding) => /: (serious|critical) /.test(finding)), []);
      assert.deepEqual(errors, []);
      await page.context().close();
    });
  }
}
