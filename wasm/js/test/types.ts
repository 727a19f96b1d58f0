/**
 * Writes a TypeScript file in which everything that the vectors ask, and everything that native answers, stands as a literal of
 * its type: `tsc --strict` over it fails where a type lacks a member, or has one that isn't there.
 *
 * A request that the core can't read is of no type, and is left out; so is what a view has a person fill in.
 */

import { readFileSync, writeFileSync } from "node:fs";

import { answers, home } from "./places.js";

interface Line {
  policy?: string;
  tables?: unknown;
  kind: string;
  name: string;
  json: string;
  request?: string;
  activity?: string;
  next?: string | null;
  of?: unknown;
}

/** Each literal once, by its type. */
const literals = new Map<string, Set<string>>();

/** What no action has as its name is of no type. */
const ACTIONS = new Set(["tool.call", "tool.list", "server.contact", "server.authorize", "server.register", "integration.connect", "space.assign", "virtual-server.connect"]);

function literal(type: string, json: string): void {
  if (type === "Request" && !ACTIONS.has((JSON.parse(json) as { action: string }).action)) return;
  const known = literals.get(type) ?? new Set();
  literals.set(type, known.add(json));
}

for (const text of readFileSync(answers, "utf8").split("\n")) {
  if (text === "") continue;
  const line = JSON.parse(text) as Line;
  if (line.tables !== undefined) continue;
  if (line.policy !== undefined) {
    literal("PolicyDocument", line.policy);
    continue;
  }
  const answer = JSON.parse(line.json) as Record<string, unknown>;
  const isRead = answer["problems"] === undefined && answer["reason"] !== "unknown-action";
  const decision = answer["decision"] as Record<string, unknown> | undefined;
  const isExplained = decision !== undefined && decision["reason"] !== "invalid-request" && decision["reason"] !== "unknown-action";
  switch (line.kind) {
    case "decide":
      literal("Decision", line.json);
      if (isRead) literal("Request", line.request ?? "");
      break;
    case "list":
      literal("ListAnswer", line.json);
      if (isRead) literal("ListRequest", line.request ?? "");
      break;
    case "explain":
      literal("Explanation", line.json);
      if (isExplained) literal("Request", line.request ?? "");
      break;
    case "view":
      if (isRead) literal("ViewRequest", line.request ?? "");
      literal("Activity", line.activity ?? "{}");
      literal(answer["reason"] === undefined ? `ViewAnswer<${JSON.stringify(answer["view"])}>` : "ViewRefusal", line.json);
      break;
    case "preview":
      literal(answer["permitted"] === true ? "Preview" : "ChangeRefusal", line.json);
      if (isRead && answer["reason"] !== "invalid-request") literal("ChangeRequest", line.request ?? "");
      break;
    case "apply":
      literal(answer["permitted"] === true ? "Applied" : "ChangeRefusal", line.json);
      break;
    case "slice":
      if (answer["error"] === undefined) literal("PolicyDocument", line.json);
      literal("SliceSubject", JSON.stringify(line.of));
      break;
    case "diff":
      literal("PolicyDiff", line.json);
      break;
    case "check":
      literal("Checked", line.json);
      break;
    default:
      break;
  }
}

const names = [...literals.keys()].map((type) => type.replace(/<.*/, ""));
const file = [`import type { ${[...new Set(names)].sort().join(", ")} } from "../lib/admin.js";\n`];
for (const [type, known] of literals) {
  for (const json of known) file.push(`void (${json} satisfies ${type});`);
}
writeFileSync(`${home}build/types.ts`, `${file.join("\n")}\n`);
console.log(`${[...literals.values()].reduce((sum, known) => sum + known.size, 0)} literals of ${literals.size} types`);
