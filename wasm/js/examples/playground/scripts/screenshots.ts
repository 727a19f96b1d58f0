/** The four pictures of the README, into `docs`, made small by pngquant (a package of Debian). */

import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { begin, open } from "../test/browser.ts";

const DOCS = fileURLToPath(new URL("../../docs/", import.meta.url));

const looking = await begin();
{
  const { page } = await open(looking, { at: "as=ben&at=acme&tab=integrations" });
  await page.mouse.move(5, 5);
  await page.getByRole("button", { name: "Locked by MSP" }).first().hover();
  await page.getByRole("tooltip").waitFor();
  await page.screenshot({ path: `${DOCS}desktop-light.png` });
  await page.context().close();
}
{
  const { page } = await open(looking, { at: "as=ben&at=acme-hq&tab=ask", dark: true });
  await page.getByRole("combobox", { name: "Server" }).fill("Slack of Acme");
  await page.getByRole("option", { name: "Slack of Acme" }).click();
  await page.getByRole("button", { name: "Ask", exact: true }).click();
  await page.getByRole("list", { name: "Layers" }).waitFor();
  await page.evaluate(() => scrollTo(0, 0));
  await page.screenshot({ path: `${DOCS}desktop-dark.png` });
  await page.context().close();
}
{
  const { page } = await open(looking, { at: "as=ben&at=acme&tab=custom", phone: true });
  await page.getByRole("button", { name: "Lockdown: Acme Machines" }).click();
  await page.getByRole("dialog").waitFor();
  await page.screenshot({ path: `${DOCS}phone-light.png` });
  await page.context().close();
}
{
  const { page } = await open(looking, { at: "as=ana&at=acme-hq&tab=custom", phone: true, dark: true });
  await page.screenshot({ path: `${DOCS}phone-dark.png` });
  await page.context().close();
}
await looking.close();

const pictures = readdirSync(DOCS).filter((name) => name.endsWith(".png"));
execFileSync("pngquant", ["--force", "--strip", "--ext", ".png", "--", ...pictures], { cwd: DOCS });
