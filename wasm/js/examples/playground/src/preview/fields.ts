/** What a person types into a change: which kind of text each part is, and how it is read. */

import type { ProposedChange } from "@lockstep/policy/admin";
import type { Json } from "../shapes.ts";
import { standing } from "../state/model.ts";
import { plain } from "../words.ts";

/** A part to type in. */
export interface Field {
  pointer: string;
  label: string;
  kind: "text" | "list" | "record";
  /** What stands there, as text. */
  text: string;
  help?: string;
}

const LISTS = ["agents", "spaces", "assignees", "headers", "tools", "memberOf", "administers", "permissions"];
const RECORDS = ["authorization", "integration", "agent", "client", "platform", "token"];

/** The fields of a change. */
export function fieldsOf(change: ProposedChange, pointers: readonly string[]): Field[] {
  return pointers.map((pointer) => {
    const last = (pointer.split("/").at(-1) ?? "").replaceAll("~1", "/").replaceAll("~0", "~");
    const value = standing(change, pointer);
    const label = pointer.includes("/except/") ? "Except for these scopes" : plain(last);
    if (Array.isArray(value) || LISTS.includes(last) || pointer.includes("/except/")) {
      const list = Array.isArray(value) ? value.map(String).join(", ") : "";
      return { pointer, label, kind: "list", text: list, help: "Ids, with commas between them." };
    }
    if ((typeof value === "object" && value !== null) || RECORDS.includes(last)) {
      const text = value === undefined ? (last === "authorization" ? '{"method": "none"}' : "") : JSON.stringify(value);
      return { pointer, label, kind: "record", text, help: "As JSON." };
    }
    return { pointer, label, kind: "text", text: typeof value === "string" ? value : "" };
  });
}

/** Reads what was typed; nothing where it isn't complete. */
export function readField(field: Field, text: string): Json | undefined {
  if (field.kind === "list") return text.split(",").map((part) => part.trim()).filter((part) => part !== "");
  if (field.kind === "text") return text.trim() === "" ? undefined : text;
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
