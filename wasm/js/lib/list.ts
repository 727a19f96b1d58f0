import type { Layer, ListAnswer, ListRow } from "./types/decision.js";
import type { Problem } from "./types/problem.js";
import type { PackedOutcome, ReasonCode } from "./reason.js";
import { layerOf, outcomeOf, reasonOf } from "./reason.js";

const HEAD = 5;
const NONE = 0xffffffff;
const decoder = new TextDecoder();

/**
 * The tools that a caller can see, denied ones included, by server and tool: columns, of which a row is made when it is
 * looked at. `outcomes[i]` is row `i`'s packed outcome; counting the open ones needs no row at all.
 */
export class ToolList implements Iterable<ListRow> {
  /** The revision of the policy that answered. */
  readonly revision: number;
  /** How many rows there are. */
  readonly length: number;
  /** What calls come to, packed, by row. */
  readonly outcomes: Uint32Array;
  /** Why there are no rows at all; absent where the list was given. */
  readonly reason?: ReasonCode;
  /** The layer that denied the list. */
  readonly layer?: Layer;
  /** What is wrong with a request that is `invalid-request`. */
  readonly problems?: readonly Problem[];
  readonly #columns: Uint32Array;
  readonly #names: Uint8Array;
  #text: string | undefined;

  /** Of the module's block; `problems` of a request that can't be read come beside it. */
  constructor(block: Uint8Array, problems: () => readonly Problem[] | undefined) {
    const words = new Uint32Array(block.buffer, block.byteOffset, block.byteLength >>> 2);
    const at = (word: number): number => words[word] ?? 0;
    const rows = at(0);
    const names = at(1);
    this.revision = at(3) + at(4) * 2 ** 32;
    this.length = rows;
    this.outcomes = words.subarray(HEAD, HEAD + rows);
    this.#columns = words.subarray(HEAD + rows, HEAD + 5 * rows + names);
    this.#names = block.subarray((HEAD + 5 * rows + names) * 4);
    const refusal = at(2);
    if (refusal !== 0) {
      this.reason = reasonOf(refusal) ?? "invalid-request";
      this.layer = layerOf(refusal) ?? "caller";
      if (this.reason === "invalid-request") {
        const found = problems();
        if (found !== undefined) this.problems = found;
      }
    }
  }

  /** A name by its number; all of them are read at the first. */
  #name(number: number): string {
    this.#text ??= decoder.decode(this.#names);
    const ends = 4 * this.length + number;
    const from = number === 0 ? 0 : (this.#columns[ends - 1] ?? 0);
    return this.#text.slice(from, this.#columns[ends]);
  }

  #column(column: number, row: number): number {
    return this.#columns[column * this.length + row] ?? NONE;
  }

  /** The packed outcome of a row; 0, which denies, of a row that isn't there. */
  outcome(row: number): PackedOutcome {
    return this.outcomes[row] ?? 0;
  }

  /** The server of a row. */
  server(row: number): string {
    return this.#name(this.#column(0, row));
  }

  /** The name of a row's tool on its server. */
  tool(row: number): string {
    return this.#name(this.#column(2, row));
  }

  /** A row as an object. */
  row(row: number): ListRow {
    if (!(row >= 0 && row < this.length)) throw new RangeError(`a list of ${this.length} has no row ${row}`);
    const packed = this.outcome(row);
    const through = this.#column(1, row);
    const exposed = this.#column(3, row);
    const answer: ListRow = { server: this.server(row), tool: this.tool(row), outcome: outcomeOf(packed), reason: reasonOf(packed) ?? "invalid-request" };
    if (through !== NONE) answer.virtualServer = this.#name(through);
    if (exposed !== NONE) answer.as = this.#name(exposed);
    const layer = layerOf(packed);
    if (layer !== undefined) answer.layer = layer;
    return answer;
  }

  /** All rows as objects. */
  rows(): ListRow[] {
    return Array.from({ length: this.length }, (_, row) => this.row(row));
  }

  *[Symbol.iterator](): IterableIterator<ListRow> {
    for (let row = 0; row < this.length; row += 1) yield this.row(row);
  }

  /** The list as the core's JSON has it. */
  toJSON(): ListAnswer {
    const { revision, reason, layer, problems } = this;
    if (reason === undefined || layer === undefined) return { revision, rows: this.rows() };
    return { revision, reason, layer, ...(problems === undefined || problems.length === 0 ? {} : { problems: [...problems] }) };
  }
}
