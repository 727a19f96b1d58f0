/** The page in a real browser, by mouse. */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { begin, open } from "./browser.ts";
import type { Looking } from "./browser.ts";

const EXAMPLES = new URL("../../../../../../host-demo/examples/northwind/", import.meta.url);
const LAYERS = ["Caller", "Existence", "Origin", "Catalogue", "Scope policy", "Server", "Agent", "Space", "Tool", "Authorisation", "Approval"];

let looking: Looking;
before(async () => {
  looking = await begin();
});
after(() => looking.close());

/** Drops a file of the disk on the page, as a person would. */
async function drop(page: Page, path: string): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const data = { items: [], files: [path], dragOperationsMask: 1 };
  for (const type of ["dragEnter", "dragOver", "drop"] as const) await session.send("Input.dispatchDragEvent", { type, x: 400, y: 300, data });
  await session.detach();
}

/** The digest of the policy that is open, whole. */
async function digest(page: Page): Promise<string> {
  await page.getByRole("tab", { name: /^Changes/ }).click();
  const text = await page.getByRole("definition").textContent();
  assert.match(text ?? "", /^sha256:[0-9a-f]{64}$/);
  return text ?? "";
}

test("drop a bad document and jump to its line", async () => {
  const { page, errors } = await open(looking);
  await drop(page, fileURLToPath(new URL("ten-mistakes.json", EXAMPLES)));
  await page.getByRole("heading", { name: "10 problems" }).waitFor();
  assert.ok(await page.getByText("Northwind stays as it is").isVisible());
  const problems = page.getByRole("list").getByRole("button", { name: /^Line/ });
  assert.equal(await problems.count(), 10);
  await problems.filter({ hasText: "2026-02-30T10:00:00Z is no time" }).click();
  const line = page.getByRole("note");
  await line.waitFor();
  assert.match((await line.getAttribute("aria-label")) ?? "", /^Line 47: `2026-02-30T10:00:00Z` is no time/);
  assert.match((await line.textContent()) ?? "", /^47.*"registeredAt": "2026-02-30T10:00:00Z"/);
  assert.ok(await line.evaluate((element) => element === document.activeElement));
  const box = await line.boundingBox();
  const view = await page.getByRole("region", { name: "Text of ten-mistakes.json" }).boundingBox();
  assert.ok(box !== null && view !== null && box.y >= view.y && box.y + box.height <= view.y + view.height, "the line is in sight");
  await page.getByRole("button", { name: "Back to Northwind" }).click();
  await page.getByRole("region", { name: "Text of Northwind" }).waitFor();
  assert.deepEqual(errors, []);
  await page.context().close();
});

test("see the lock as Acme's administrator", async () => {
  const { page, errors } = await open(looking, { at: "as=ben&at=acme&tab=integrations" });
  const slack = page.getByRole("listitem").filter({ hasText: "Slack" });
  const badge = slack.getByRole("button", { name: "Locked by MSP" });
  const said = "Slack: off. Set by MSP Northwind MSP, at Acme Machines.";
  // On hover, of a mouse that was somewhere else before.
  await page.mouse.move(5, 5);
  await badge.hover();
  await page.getByRole("tooltip").waitFor();
  assert.equal(await page.getByRole("tooltip").textContent(), said);
  const described = await badge.getAttribute("aria-describedby");
  assert.ok(described !== null && described.split(" ").includes((await page.getByRole("tooltip").getAttribute("id")) ?? ""));
  await page.mouse.move(5, 5);
  await page.getByRole("tooltip").waitFor({ state: "detached" });
  // On focus, which comes by keyboard.
  await slack.getByRole("button", { name: "On (closed: see why)" }).focus();
  await page.keyboard.press("Shift+Tab");
  await page.getByRole("tooltip").waitFor();
  assert.ok(await badge.evaluate((element) => element === document.activeElement));
  await page.keyboard.press("Escape");
  // Its choices are closed, and say why.
  await slack.getByRole("button", { name: "On (closed: see why)" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText("You can't do this").waitFor();
  assert.ok(await dialog.getByText("This is locked by MSP Northwind MSP.").isVisible());
  assert.equal(await dialog.getByRole("button", { name: "Apply" }).count(), 0);
  assert.deepEqual(errors, []);
  await page.context().close();
});

test("a plain user sees the badge without what stands above them", async () => {
  const { page, errors } = await open(looking, { at: "as=ana&at=acme-hq&tab=integrations" });
  const slack = page.getByRole("listitem").filter({ hasText: "Slack" });
  await page.mouse.move(5, 5);
  await slack.getByRole("button", { name: "Locked by MSP" }).hover();
  assert.doesNotMatch((await page.getByRole("tooltip").textContent()) ?? "", /Northwind/);
  await page.getByRole("tab", { name: "Inventory" }).click();
  await page.getByText("This page is for administrators").waitFor();
  await page.getByRole("tab", { name: "Users" }).click();
  await page.getByRole("heading", { name: "Your access" }).waitFor();
  assert.deepEqual(errors, []);
  await page.context().close();
});

test("apply lockdown and undo it, same digest", async () => {
  const { page, errors } = await open(looking, { at: "as=ben&at=acme&tab=custom" });
  const before = await digest(page);
  await page.getByRole("tab", { name: "Custom MCP" }).click();
  await page.getByRole("button", { name: "Lockdown: Acme Machines" }).click();
  const dialog = page.getByRole("dialog", { name: "Lock down all custom servers for Acme Machines?" });
  await dialog.waitFor();
  const affected = await dialog.getByRole("region", { name: "Affected" }).getByRole("listitem").allTextContents();
  // Four servers: three of Acme's people, and the MSP's status page, which Acme uses.
  assert.deepEqual(affected.map((text) => /^[0-9]+ (?:tenant|workspaces|people|servers|tokens)/.exec(text)?.[0]), ["1 tenant", "2 workspaces", "7 people", "4 servers", "3 tokens"]);
  assert.ok(await dialog.getByRole("region", { name: "Closes" }).getByText("Using custom servers at Acme Machines").isVisible());
  await dialog.getByRole("button", { name: "Apply" }).click();
  const status = page.getByRole("status", { name: "Last action" });
  await status.getByText("Applied as revision 43, 1 event").waitFor();
  const using = page.getByRole("listitem").filter({ hasText: "Whether those servers may be called" });
  assert.match((await using.textContent()) ?? "", /Off\s*Not set/);
  const during = await digest(page);
  assert.notEqual(during, before);
  await status.getByRole("button", { name: "Undo" }).click();
  await status.getByText("with the digest that it had").waitFor();
  assert.equal(await digest(page), before);
  assert.deepEqual(errors, []);
  await page.context().close();
});

test("disable a person: the password is a need, and the tokens go along", async () => {
  const { page, errors } = await open(looking, { at: "as=ben&at=acme&tab=users" });
  await page.getByRole("group", { name: "Access of Ana Ruiz" }).getByRole("button", { name: "Disabled" }).click();
  const dialog = page.getByRole("dialog");
  const apply = dialog.getByRole("button", { name: "Apply" });
  await apply.waitFor();
  assert.ok(await apply.isDisabled());
  await dialog.getByText("The product would ask for your password here").click();
  await apply.click();
  await page.getByRole("status", { name: "Last action" }).getByText("Applied as revision 43").waitFor();
  const ana = page.getByRole("listitem").filter({ hasText: "Ana Ruiz" });
  assert.equal(await ana.getByRole("button", { name: /^Revoke/ }).count(), 0);
  assert.deepEqual(errors, []);
  await page.context().close();
});

test("ask, and read each layer", async () => {
  const { page, errors } = await open(looking, { at: "as=ben&at=acme-hq&tab=ask" });
  await page.getByRole("combobox", { name: "Server" }).fill("Slack of Acme");
  await page.getByRole("option", { name: "Slack of Acme" }).click();
  await page.getByRole("button", { name: "Ask", exact: true }).click();
  const answer = page.getByRole("region", { name: "Answer" });
  await answer.getByText("Integration off", { exact: true }).waitFor();
  const layers = await answer.getByRole("list", { name: "Layers" }).getByRole("listitem").allTextContents();
  assert.deepEqual(layers.map((text, index) => text.startsWith(`${index + 1} ${LAYERS[index]}`)), LAYERS.map(() => true));
  assert.match(layers[4] ?? "", /Denies: integration off.*Locked by MSP/);
  assert.match(layers[5] ?? "", /Passes/);
  assert.ok(await answer.getByText("Slack at Acme Machines. Who can lift it: MSP Northwind MSP.").isVisible());
  // A person who administers nothing reads their own decision alone.
  await page.getByRole("combobox", { name: "View as" }).fill("Ana");
  await page.getByRole("option", { name: /^Ana Ruiz/ }).click();
  await page.getByRole("button", { name: "Ask", exact: true }).click();
  await answer.getByText("The layers are shown to administrators of the workspace.").waitFor();
  assert.deepEqual(errors, []);
  await page.context().close();
});

test("a control that only asks is answered by the tab that asks", async () => {
  const { page, errors } = await open(looking, { at: "as=ana&at=acme-hq&tab=integrations" });
  await page.getByRole("button", { name: "Connect again: GitHub" }).click();
  await page.getByRole("region", { name: "Answer" }).getByText("Allowed", { exact: true }).first().waitFor();
  assert.equal(await page.getByRole("tab", { selected: true }).textContent(), "Ask");
  assert.deepEqual(errors, []);
  await page.context().close();
});

test("a server's page, and one of its tools turned off", async () => {
  const { page, errors } = await open(looking, { at: "as=ben&at=acme-hq&tab=tools" });
  await page.getByRole("button", { name: "GitHub of Acme" }).click();
  await page.getByRole("heading", { name: "GitHub of Acme" }).waitFor();
  await page.getByRole("group", { name: "list_issues enabled" }).getByRole("button", { name: "Off" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Apply" }).click();
  const tool = page.getByRole("listitem").filter({ hasText: "list_issues" });
  await tool.getByText("Tool disabled").waitFor();
  await page.getByRole("button", { name: "All servers" }).click();
  await page.getByRole("heading", { name: "Tools", level: 2 }).waitFor();
  assert.deepEqual(errors, []);
  await page.context().close();
});

test("a policy of one's own opens, changes, and is saved as it then is", async () => {
  const { page, errors } = await open(looking);
  const text = JSON.stringify({
    format: "1.0",
    revision: 7,
    platform: {},
    agents: [{ id: "a", name: "Agent" }],
    scopes: [{ id: "root", level: "tenant", name: "Small Firm" }, { id: "room", level: "workspace", parent: "root", name: "Room" }],
    users: [{ id: "kim", name: "Kim", memberOf: ["room"], administers: ["root"], access: "disabled" }],
  });
  const [chooser] = await Promise.all([page.waitForEvent("filechooser"), page.getByRole("button", { name: "Open" }).click()]);
  await chooser.setFiles({ name: "small.json", mimeType: "application/json", buffer: Buffer.from(text) });
  await page.getByText("small.json · revision 7").waitFor();
  await page.getByRole("tab", { name: "Custom MCP" }).click();
  await page.getByRole("button", { name: "Freeze growth: Small Firm" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Apply" }).click();
  await page.getByText("small.json · revision 8").waitFor();
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Save" }).click()]);
  assert.equal(download.suggestedFilename(), "small.json");
  const saved = JSON.parse(await readFile(await download.path(), "utf8")) as { revision: number; scopes: { id: string; settings?: unknown }[] };
  assert.equal(saved.revision, 8);
  assert.deepEqual(saved.scopes.find(({ id }) => id === "root")?.settings, { custom: { creation: "off", use: "on" } });
  assert.deepEqual(errors, []);
  await page.context().close();
});

test("the switch of colours goes before what the system wishes", async () => {
  const { page, errors } = await open(looking);
  const ground = (): Promise<string> => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  const light = await ground();
  await page.getByRole("button", { name: "Colours: as the system" }).click();
  assert.equal(await ground(), light);
  await page.getByRole("button", { name: "Colours: light" }).click();
  await page.getByRole("button", { name: "Colours: dark" }).waitFor();
  assert.notEqual(await ground(), light);
  await page.reload();
  await page.getByRole("button", { name: "Colours: dark" }).waitFor();
  assert.notEqual(await ground(), light);
  assert.deepEqual(errors, []);
  await page.context().close();
});

test("no network after load", async () => {
  const { page, errors, requests } = await open(looking);
  await page.waitForLoadState("networkidle");
  const { asked } = looking.served;
  const [loaded, answered] = [requests.length, asked.length];
  assert.ok(requests.every((address) => address.startsWith(looking.served.address)), requests.join("\n"));
  for (const tab of ["Custom MCP", "Inventory", "Tools", "Users", "Ask", "Changes", "Document", "Integrations"]) await page.getByRole("tab", { name: tab }).click();
  await page.getByRole("group", { name: "GitHub at Acme Machines" }).getByRole("button", { name: "Off" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Apply" }).click();
  await page.getByRole("status", { name: "Last action" }).getByText("Applied").waitFor();
  await page.getByRole("tab", { name: "Ask" }).click();
  await page.getByRole("button", { name: "Ask", exact: true }).click();
  await page.getByRole("list", { name: "Layers" }).waitFor();
  await drop(page, fileURLToPath(new URL("ten-mistakes.json", EXAMPLES)));
  await page.getByRole("heading", { name: "10 problems" }).waitFor();
  // The browser looks its icon up anew whenever the address moves on; it has it, and asks nobody.
  assert.deepEqual(requests.slice(loaded).filter((address) => !address.endsWith("/favicon.svg")), []);
  assert.deepEqual(asked.slice(answered), []);
  assert.deepEqual(errors, []);
  await page.context().close();
});

test("the address holds no policy", async () => {
  const { page, errors } = await open(looking);
  await drop(page, fileURLToPath(new URL("story-start.json", EXAMPLES)));
  await page.getByText(/story-start\.json · revision/).first().waitFor();
  await page.getByRole("tab", { name: "Document" }).click();
  const address = new URL(page.url());
  assert.equal(address.search, "");
  const said = [...new URLSearchParams(address.hash.slice(1)).keys()];
  assert.ok(said.every((key) => ["as", "host", "at", "tab"].includes(key)), said.join());
  assert.ok(address.hash.length < 60, address.hash);
  assert.deepEqual(await page.evaluate(() => [...Object.keys(localStorage), ...Object.keys(sessionStorage)]), ["theme"]);
  assert.deepEqual(errors, []);
  await page.context().close();
});

test("an address opens who, where and which tab, and the browser goes back", async () => {
  const { page, errors } = await open(looking, { at: "as=grace&at=globex&tab=custom" });
  assert.equal(await page.getByRole("combobox", { name: "View as" }).inputValue(), "Grace Liu");
  await page.getByRole("heading", { name: "Custom MCP", level: 2 }).waitFor();
  await page.getByRole("tab", { name: "Users" }).click();
  await page.goBack();
  await page.getByRole("heading", { name: "Custom MCP", level: 2 }).waitFor();
  assert.match(page.url(), /#as=grace&at=globex&tab=custom$/);
  assert.deepEqual(errors, []);
  await page.context().close();
});
