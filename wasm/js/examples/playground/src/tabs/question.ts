/** What the tab that asks puts together, as pure functions. */

import type { DownstreamState, ProposedRequest, Request } from "@lockstep/policy/admin";

/** The actions that can be asked, with what each is about. */
export const ACTIONS = [
  { id: "tool.call", name: "Call a tool", about: "tool" },
  { id: "tool.list", name: "List a tool", about: "tool" },
  { id: "virtual-tool.call", name: "Call through a virtual server", about: "virtual-tool" },
  { id: "server.contact", name: "Read from a server", about: "server" },
  { id: "server.check", name: "Check a server, as the host", about: "server" },
  { id: "server.authorize", name: "Sign in to a server", about: "server" },
  { id: "integration.connect", name: "Connect an integration", about: "integration" },
  { id: "space.assign", name: "Assign a server to the space", about: "server" },
  { id: "virtual-server.connect", name: "Connect to a virtual server", about: "virtual-server" },
] as const;

/** An action of the form. */
export type FormAction = (typeof ACTIONS)[number]["id"];

/** The form. Empty texts stand for what isn't given. */
export interface Question {
  action: FormAction;
  user: string;
  workspace: string;
  agent: string;
  space: string;
  server: string;
  tool: string;
  virtualServer: string;
  integration: string;
  /** State of authorisation of the servers underneath. */
  downstream: DownstreamState;
  canAsk: boolean;
}

/** What is asked about. */
export type About = (typeof ACTIONS)[number]["about"];

/** What an action is about. */
export function aboutOf(action: FormAction): About {
  return ACTIONS.find((entry) => entry.id === action)?.about ?? "tool";
}

/** The request that a form stands for; `servers` are those whose sign-in is as the form says. */
export function requestOf(question: Question, now: string, servers: readonly string[]): Request {
  const { action, user, workspace, agent, space, server, tool, virtualServer, integration, downstream, canAsk } = question;
  const caller = {
    user,
    credential: { kind: "platform" },
    workspace,
    ...(agent === "" ? {} : { agent }),
    ...(space === "" ? {} : { space }),
  } as const;
  const signedIn = (ids: readonly string[]) => (ids.length === 0 ? {} : { downstream: Object.fromEntries(ids.map((id) => [id, downstream])) });
  const context = { now, ...(canAsk ? { canAsk } : {}) };
  switch (action) {
    case "tool.call":
    case "tool.list":
      return { action, caller, target: { kind: "tool", server, tool }, context: { ...context, ...signedIn([server]) } };
    case "virtual-tool.call":
      return { action: "tool.call", caller, target: { kind: "virtual-tool", virtualServer, tool }, context: { ...context, ...signedIn(servers) } };
    case "server.check":
      return { action: "server.contact", target: { kind: "server", server }, context: { ...context, ...signedIn([server]) } };
    case "server.contact":
    case "server.authorize":
    case "space.assign":
      return { action, caller, target: { kind: "server", server }, context: { ...context, ...signedIn([server]) } };
    case "integration.connect":
      return { action, caller, target: { kind: "integration", integration }, context };
    case "virtual-server.connect":
      return { action, caller, target: { kind: "virtual-server", virtualServer }, context };
  }
}

/** The form after a control asked: what its request says, over what stood there. */
export function questionOf({ action, caller, target }: ProposedRequest, before: Question): Question {
  const byHost = action === "server.contact" && caller === undefined;
  const known = byHost ? "server.check" : (ACTIONS.find((entry) => entry.id === action)?.id ?? before.action);
  return {
    ...before,
    action: known,
    ...(caller === undefined ? {} : { user: caller.user }),
    ...(caller?.workspace === undefined ? {} : { workspace: caller.workspace }),
    ...(caller?.space === undefined ? {} : { space: caller.space }),
    ...(target.kind === "server" ? { server: target.server } : {}),
    ...(target.kind === "integration" ? { integration: target.integration } : {}),
    ...(target.kind === "virtual-server" ? { virtualServer: target.virtualServer } : {}),
  };
}
