import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import type { Plugin } from "vite";

/** What the built page may load: its own files, and WebAssembly. */
const CONTENT_SECURITY_POLICY = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'";

/** Writes the policy into the built page. While developing, Vite's own client needs more than that. */
const contentSecurityPolicy: Plugin = {
  name: "content-security-policy",
  apply: "build",
  transformIndexHtml: () => [
    { tag: "meta", attrs: { "http-equiv": "Content-Security-Policy", content: CONTENT_SECURITY_POLICY }, injectTo: "head-prepend" },
  ],
};

/** This page speaks English: React Aria's texts in other languages stay out of it. */
const englishAlone: Plugin = {
  name: "english-alone",
  apply: "build",
  enforce: "pre",
  load: (id) => (/\/react-(?:aria|stately)[^/]*\/.*\/intl\/.*\/(?!en-US)[a-z]{2}-[A-Z]{2}\.m?js$/.test(id) ? "export default {};" : null),
};

export default defineConfig({
  // Relative addresses: the page works in any folder of any server.
  base: "./",
  plugins: [englishAlone, react(), contentSecurityPolicy],
  build: {
    target: "es2022",
    // A module in a data address is one that the policy above blocks.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  // The example's policy lies outside this folder, and stays there.
  server: { fs: { allow: ["../../../.."] } },
});
