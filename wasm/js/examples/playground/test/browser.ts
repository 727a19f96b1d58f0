/** The page in Debian's Chromium. */

import { chromium } from "playwright-core";
import type { Browser, Page } from "playwright-core";
import { fileURLToPath } from "node:url";
import { serve } from "./server.ts";
import type { Served } from "./server.ts";

const DIST = fileURLToPath(new URL("../../dist/", import.meta.url));

/** What a test looks with. */
export interface Looking {
  browser: Browser;
  served: Served;
  close: () => Promise<void>;
}

/** Starts server and browser. */
export async function begin(): Promise<Looking> {
  const served = await serve(DIST);
  const browser = await chromium.launch({
    executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
  return {
    browser,
    served,
    close: async () => {
      await browser.close();
      await served.close();
    },
  };
}

/** How the page is looked at. */
export interface Look {
  /** What the address says, without `#`. */
  at?: string;
  dark?: boolean;
  phone?: boolean;
}

/** Sizes of a desktop's window and of a phone. */
export const DESKTOP = { width: 1280, height: 900 };
export const PHONE = { width: 390, height: 844 };

/** A page with what went wrong in it, and what it asked servers for. */
export interface Open {
  page: Page;
  /** Errors of the page, blocked styles and scripts included. */
  errors: string[];
  /** Addresses asked for, in order. */
  requests: string[];
}

/** Opens the page in a context of its own, and waits until it is there. */
export async function open({ browser, served }: Looking, { at = "", dark = false, phone = false }: Look = {}): Promise<Open> {
  const context = await browser.newContext({
    viewport: phone ? PHONE : DESKTOP,
    colorScheme: dark ? "dark" : "light",
    reducedMotion: "reduce",
    acceptDownloads: true,
    ...(phone ? { hasTouch: true, isMobile: true, deviceScaleFactor: 1 } : {}),
  });
  const page = await context.newPage();
  const errors: string[] = [];
  const requests: string[] = [];
  page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
  page.on("pageerror", (error) => errors.push(error.message));
  page.on("request", (request) => requests.push(request.url()));
  await page.goto(`${served.address}${at === "" ? "" : `#${at}`}`);
  await page.getByRole("tablist").waitFor();
  return { page, errors, requests };
}
