import { toName } from "./text.js";

/**
 * A tool, for many questions. It keeps its names, and finds itself anew in every policy that it is asked of, so that it is good
 * after a load or a change; a tool that isn't there is answered as unknown, and comes alive once it is.
 */
export class Target {
  /** The server's id, or the virtual server's. */
  readonly server: string;
  /** The tool's name, as exposed where it is a virtual server's. */
  readonly tool: string;
  /** Whether it is a virtual server's. */
  readonly isVirtual: boolean;
  #of: object | undefined;
  #integer = 0;

  /** Made by `policy.target` and `policy.virtualTarget`; of one's own it is found when it is first asked. */
  constructor(server: string, tool: string, isVirtual = false) {
    this.server = toName(server);
    this.tool = toName(tool);
    this.isVirtual = isVirtual;
  }

  /** The integer that stands for it in a policy, which `finder` asks. @internal */
  in(policy: object, finder: Finder): number {
    if (this.#of === policy) return this.#integer;
    this.#integer = this.isVirtual ? finder.virtualTarget(this.server, this.tool) : finder.target(this.server, this.tool);
    this.#of = policy;
    return this.#integer;
  }
}

/** What finds tools in one policy. */
interface Finder {
  target(server: string, tool: string): number;
  virtualTarget(virtualServer: string, tool: string): number;
}
