# Formulation A: what is stored stays where it is stored; the path of at most four scopes is walked.
package lockstep

default outcome := "deny"

outcome := answer if {
	# Layer 1.
	user := data.users[input.user]
	user.enabled
	workspace := data.workspaces[input.workspace]
	workspace.spaces[input.space]
	belongs(user, workspace)

	# Layers 2, 4, 6, 7 and the still part of 9.
	tool := data.servers[input.server][input.tool]
	tool.open
	tool.agents[input.agent]
	visible(tool, workspace)

	# Layer 5.
	not off(tool.closedBy[0], workspace)
	not off(tool.closedBy[1], workspace)
	not off(tool.closedBy[2], workspace)
	not unnamed(tool, workspace)

	# Layer 8; 9: a definition that was read is the accepted one, where either is there; and 10.
	not misplaced(tool, workspace)
	not input.gone
	not input.digest != tool.accepted
	data.usable[tool.needs][input.downstream]

	# K-5's floors, and layer 11.
	not floor("deny", tool, workspace)
	answer := confirmation(tool, workspace)
}

belongs(user, workspace) if {
	some scope in workspace.path
	user.memberOf[scope]
}

visible(tool, workspace) if {
	shared(tool, workspace)
	workspace.above[tool.scope]
}

visible(tool, workspace) if {
	not shared(tool, workspace)
	tool.owner == input.user
	tool.scope == input.workspace
}

shared(tool, workspace) if {
	tool.shared
	not unshared(tool, workspace)
}

unshared(tool, workspace) if {
	tool.custom
	off("custom/sharing", workspace)
}

off(setting, workspace) if {
	some scope in workspace.path
	some stored in data.scopes[scope].off[setting]
	not excepted(stored, workspace)
}

excepted(stored, workspace) if {
	some scope in workspace.path
	stored.except[scope]
}

# I-9.
unnamed(tool, workspace) if {
	some scope in workspace.path
	some stored in data.scopes[scope].off["new-integrations"]
	tool.integration
	not excepted(stored, workspace)
	not named(stored.authority, tool.integration, workspace)
}

named(authority, integration, workspace) if {
	some scope in workspace.path
	data.scopes[scope].on[authority][integration]
}

misplaced(tool, workspace) if {
	tool.restricted
	guarded(tool, workspace)
	not tool.spaces[input.space]
}

guarded(tool, _) if tool.accessControl

guarded(_, workspace) if workspace.accessControl

floor(value, tool, workspace) if {
	some scope in workspace.path
	some stored in data.scopes[scope].floors[value]
	stored.depth < tool.reach[stored.label]
}

confirmation(tool, workspace) := "allow" if not asks(tool, workspace)

confirmation(tool, workspace) := "ask" if {
	input.canAsk
	asks(tool, workspace)
}

asks(tool, _) if tool.asks

asks(tool, workspace) if floor("ask", tool, workspace)
