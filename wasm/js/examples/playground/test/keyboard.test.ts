/** The same as in page.test.ts, without a mouse. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import type { Locator, Page } from "playwright-core";
import { begin, open } from "./browser.ts";
import type { Looking } from "./browser.ts";

const BAD = fileURLToPath(new URL("../../../../../../host-demo/examples/northwind/ten-mistakes.json", import.meta.url));

let looking: Looking;
before(async () => {
  looking = await begin();
});
after(() => looking.close());

/** Goes to something by pressing Tab, or Shift+Tab, until it has the focus, which must be seen there. */
async function reach(page: Page, wanted: Locator, key = "Tab"): Promise<void> {
  for (let press = 0; press < 120; press += 1) {
    if ((await wanted.count()) === 1 && (await wanted.evaluate((element) => element === document.activeElement))) {
      const outline = await wanted.evaluate((element) => {
        const shown = element.closest(".field-input") ?? element;
        return getComputedStyle(shown).outlineStyle;
      });
      assert.notEqual(outline, "none", "the focus is seen");
      return;
    }
    await page.keyboard.press(key);
  }
  assert.fail(`Tab never reached ${wanted}`);
}

/** Goes to a tab of the page by arrow keys. */
async function goTo(page: Page, name: RegExp): Promise<void> {
  await reach(page, page.getByRole("tab", { selected: true }), "Shift+Tab");
  const wanted = page.getByRole("tab", { name });
  for (let press = 0; press < 10; press += 1) {
    if (await wanted.evaluate((element) => element === document.activeElement)) break;
    await page.keyboard.press("ArrowRight");
  }
  await page.keyboard.press("Enter");
  assert.equal(await wanted.getAttribute("aria-selected"), "true");
}

test("the same by keyboard alone: the bad document and its line", async () => {
  const { page, errors } = await open(looking);
  await reach(page, page.getByRole("button", { name: "Open" }));
  const [chooser] = await Promise.all([page.waitForEvent("filechooser"), page.keyboard.press("Enter")]);
  await chooser.setFiles(BAD);
  await page.getByRole("heading", { name: "10 problems" }).waitFor();
  await reach(page, page.getByRole("button", { name: /^Line 62/ }));
  await page.keyboard.press("Enter");
  const line = page.getByRole("note");
  await line.waitFor();
  assert.match((await line.getAttribute("aria-label")) ?? "", /^Line 62: no agent may use the server/);
  assert.ok(await line.evaluate((element) => element === document.activeElement));
  assert.deepEqual(errors, []);
  await page.context().close();
});

test("the same by keyboard alone: who and where, the lock, lockdown and its undoing", async () => {
  const { page, errors } = await open(looking, { at: "as=omar&at=northwind&tab=integrations" });
  // Somebody else.
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement?.textContent), "Skip to the page");
  await reach(page, page.getByRole("combobox", { name: "View as" }));
  await page.keyboard.press("Control+a");
  await page.keyboard.type("Ben");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.getByText("Administrator of Acme Machines").first().waitFor();
  assert.match(page.url(), /as=ben&at=acme&/);
  // The lock.
  const slack = page.getByRole("listitem").filter({ hasText: "Slack" });
  await reach(page, slack.getByRole("button", { name: "Locked by MSP" }));
  await page.getByRole("tooltip").waitFor();
  assert.equal(await page.getByRole("tooltip").textContent(), "Slack: off. Set by MSP Northwind MSP, at Acme Machines.");
  // The digest before, from the tab of changes.
  await goTo(page, /^Changes/);
  const before = await page.getByRole("definition").textContent();
  // Another place, and back.
  await reach(page, page.getByRole("button", { name: /At$/ }), "Shift+Tab");
  await page.keyboard.press("Enter");
  await page.getByRole("listbox").waitFor();
  await page.keyboard.press("End");
  await page.keyboard.press("Enter");
  await page.waitForURL(/at=acme-plant/);
  await page.keyboard.press("Enter");
  await page.getByRole("listbox").waitFor();
  await page.keyboard.press("Home");
  await page.keyboard.press("Enter");
  await page.waitForURL(/at=acme&/);
  await page.keyboard.press("Tab");
  // Lockdown.
  await page.keyboard.press("Home");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Custom MCP", level: 2 }).waitFor();
  await reach(page, page.getByRole("button", { name: "Lockdown: Acme Machines" }));
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await reach(page, page.getByRole("button", { name: "Lockdown: Acme Machines" }));
  await page.keyboard.press("Enter");
  await reach(page, page.getByRole("dialog").getByRole("button", { name: "Apply" }));
  await page.keyboard.press("Enter");
  await page.getByRole("status", { name: "Last action" }).getByText("Applied as revision 43").waitFor();
  await goTo(page, /^Changes/);
  assert.notEqual(await page.getByRole("definition").textContent(), before);
  await reach(page, page.getByRole("button", { name: "Undo the last change" }));
  await page.keyboard.press("Enter");
  await page.getByRole("status", { name: "Last action" }).getByText("Undone").waitFor();
  assert.equal(await page.getByRole("definition").textContent(), before);
  assert.deepEqual(errors, []);
  await page.context().close();
});

test("the same by keyboard alone: ask, and read each layer", async () => {
  const { page, errors } = await open(looking, { at: "as=ben&at=acme-hq&tab=ask" });
  await reach(page, page.getByRole("combobox", { name: "Server" }));
  await page.keyboard.press("Control+a");
  await page.keyboard.type("Slack of Ac");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await reach(page, page.getByRole("button", { name: "Ask", exact: true }));
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Answer" }).waitFor();
  assert.equal(await page.evaluate(() => document.activeElement?.textContent), "Answer");
  assert.ok((await page.getByRole("status").allTextContents()).includes("Denied: Integration off"));
  assert.equal(await page.getByRole("list", { name: "Layers" }).getByRole("listitem").count(), 11);
  await reach(page, page.getByRole("list", { name: "Layers" }).getByRole("button", { name: "Locked by MSP" }));
  await page.getByRole("tooltip").waitFor();
  assert.deepEqual(errors, []);
  await page.context().close();
});
