/** Pictures of every tab for who works on this page: `node build/scripts/look.js FOLDER [NAME…]`. */

import { fileURLToPath } from "node:url";
import { begin, open } from "../test/browser.ts";

const folder = process.argv[2] ?? "build/pictures";
const wanted = process.argv.slice(3);
const looking = await begin();
const shots: [string, string][] = [
  ["integrations", "as=ben&at=acme&tab=integrations"],
  ["custom", "as=ben&at=acme&tab=custom"],
  ["custom-ana", "as=ana&at=acme-hq&tab=custom"],
  ["inventory", "as=omar&at=northwind&tab=inventory"],
  ["tools", "as=ben&at=acme-hq&tab=tools"],
  ["users", "as=ben&at=acme&tab=users"],
  ["own", "as=ana&at=acme-hq&tab=users"],
  ["ask", "as=ben&at=acme-hq&tab=ask"],
  ["changes", "as=ben&at=acme&tab=changes"],
  ["document", "as=ben&at=acme&tab=document"],
  ["integrations-ana", "as=ana&at=acme-hq&tab=integrations"],
];
for (const [name, at] of shots.filter(([name]) => wanted.length === 0 || wanted.includes(name))) {
  for (const phone of [false, true]) {
    for (const dark of phone ? [false] : [false, true]) {
      const { page, errors } = await open(looking, { at, phone, dark });
      if (name === "ask") await page.getByRole("button", { name: "Ask", exact: true }).click();
      await page.screenshot({ path: `${folder}/${name}-${phone ? "phone" : "desktop"}-${dark ? "dark" : "light"}.png` });
      if (errors.length > 0) console.log(name, errors);
      await page.context().close();
    }
  }
}
for (const phone of wanted.length === 0 || wanted.includes("more") ? [false, true] : []) {
  const { page, errors } = await open(looking, { at: "as=ben&at=acme&tab=integrations", phone });
  await page.getByRole("button", { name: /closed: see why/ }).first().click();
  await page.getByRole("dialog").waitFor();
  await page.screenshot({ path: `${folder}/refused-${phone}.png` });
  await page.keyboard.press("Escape");
  await page.getByRole("combobox", { name: "View as" }).click();
  await page.getByRole("listbox").waitFor();
  await page.screenshot({ path: `${folder}/people-${phone}.png` });
  await page.keyboard.press("Escape");
  await page.getByRole("tab", { name: "Tools" }).click();
  await page.getByRole("button", { name: "GitHub of Acme" }).click();
  await page.getByRole("button", { name: /^Rename/ }).click();
  await page.screenshot({ path: `${folder}/rename-${phone}.png` });
  await page.keyboard.press("Escape");
  const [chooser] = await Promise.all([page.waitForEvent("filechooser"), page.getByRole("button", { name: "Open" }).click()]);
  await chooser.setFiles(fileURLToPath(new URL("../../../../../../host-demo/examples/northwind/ten-mistakes.json", import.meta.url)));
  await page.getByRole("button", { name: /^Line 26/ }).click();
  await page.screenshot({ path: `${folder}/problems-${phone}.png`, fullPage: true });
  if (errors.length > 0) console.log(errors);
  await page.context().close();
}
for (const phone of wanted.length === 0 || wanted.includes("applied") ? [false, true] : []) {
  const { page, errors } = await open(looking, { at: "as=ben&at=acme&tab=custom", phone });
  await page.getByRole("button", { name: /^Lockdown/ }).click();
  await page.getByRole("dialog").waitFor();
  await page.screenshot({ path: `${folder}/preview-${phone}.png` });
  await page.getByRole("button", { name: "Apply" }).click();
  await page.screenshot({ path: `${folder}/applied-${phone}.png` });
  await page.getByRole("tab", { name: /Changes/ }).click();
  await page.screenshot({ path: `${folder}/applied-changes-${phone}.png` });
  await page.getByRole("tab", { name: "Integrations" }).click();
  await page.getByRole("button", { name: "Locked by MSP" }).first().focus();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Shift+Tab");
  await page.waitForTimeout(400);
  await page.screenshot({ path: `${folder}/tooltip-${phone}.png` });
  await page.getByRole("tab", { name: "Tools" }).click();
  await page.getByRole("button", { name: "GitHub of Acme" }).click();
  await page.screenshot({ path: `${folder}/server-${phone}.png`, fullPage: true });
  if (errors.length > 0) console.log(errors);
  await page.context().close();
}
await looking.close();
