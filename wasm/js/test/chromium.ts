/** Debian's Chromium, and a server on the loopback for its pages, under the policy for scripts that the package promises. */

import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { extname, join, normalize } from "node:path";

import { chromium } from "playwright-core";
import type { Page } from "playwright-core";

const TYPES: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".wasm": "application/wasm",
  ".jsonl": "application/json; charset=utf-8",
};
const CSP = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'";

/** Opens a page of a folder in Chromium, and closes all of it behind what is done there. */
export async function inChromium<A>(folder: string, pages: Record<string, string>, path: string, act: (page: Page) => Promise<A>): Promise<A> {
  const server = createServer((request, response) => {
    const asked = normalize(decodeURIComponent(new URL(request.url ?? "/", "http://localhost").pathname));
    const page = pages[asked];
    const file = join(folder, asked);
    if (page === undefined && !existsSync(file)) {
      response.writeHead(404).end();
      return;
    }
    const type = page === undefined ? TYPES[extname(file)] : TYPES[".html"];
    response.writeHead(200, { "content-type": type ?? "application/octet-stream", "content-security-policy": CSP });
    response.end(page ?? readFileSync(file));
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const profile = mkdtempSync(join(tmpdir(), "lockstep-chromium-"));
  const browser = await chromium.launchPersistentContext(profile, {
    executablePath: "/usr/bin/chromium",
    headless: true,
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
  try {
    const page = await browser.newPage();
    page.on("console", (message) => {
      if (message.type() === "error") console.error(`page: ${message.text()}`);
    });
    page.on("pageerror", (error) => console.error(`page: ${error.message}`));
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`);
    return await act(page);
  } finally {
    await browser.close();
    rmSync(profile, { recursive: true, force: true });
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  }
}
