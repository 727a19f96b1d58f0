/** From a host's values to what the module reads. Nothing here throws: what is no JSON is sent as what nobody can read. */

/** A moment: milliseconds since 1970, as of `Date.now()`, or a date. */
export type Moment = number | Date;

/** An instant as JSON has it, or a date. */
export type Time = string | Date;

/** JSON of anything; the empty text of what has none, which the core answers as `invalid-request`. */
export function toJson(value: unknown): string {
  try {
    return JSON.stringify(value) ?? "";
  } catch {
    return "";
  }
}

/** An id or a name. One with half a character isn't any, rather than another's with that half replaced. */
export function toName(value: string): string {
  return typeof value === "string" && isWhole(value) ? value : "";
}

const LONE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

function isWhole(text: string): boolean {
  const known = text as string & { isWellFormed?: () => boolean };
  return known.isWellFormed === undefined ? !LONE.test(text) : known.isWellFormed();
}

/** Milliseconds since 1970; what is no time becomes none. */
export function toMillis(moment: Moment): number {
  return typeof moment === "number" ? moment : +moment;
}
