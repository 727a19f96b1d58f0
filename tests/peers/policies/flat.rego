# Formulation B: every workspace has what holds in it, worked out at load; each question is a look-up by key.
package lockstep

default outcome := "deny"

outcome := answer if {
	# Layer 1.
	user := data.users[input.user]
	user.worksIn[input.workspace]
	workspace := data.workspaces[input.workspace]
	workspace.spaces[input.space]

	# Layers 2, 4, 6, 7 and the still part of 9.
	tool := data.servers[input.server][input.tool]
	tool.open
	tool.agents[input.agent]
	visible(tool, workspace)

	# Layer 5, and the floors that deny (K-5).
	not workspace.closed[tool.closedBy[0]]
	not workspace.closed[tool.closedBy[1]]
	not workspace.closed[tool.closedBy[2]]
	not workspace.closed[tool.closedBy[3]]
	not workspace.closed[tool.closedBy[4]]

	# Layer 8; 9: a definition that was read is the accepted one, where either is there; and 10.
	not misplaced(tool, workspace)
	not input.gone
	not input.digest != tool.accepted
	data.usable[tool.needs][input.downstream]

	# Layer 11.
	answer := confirmation(tool, workspace)
}

visible(tool, workspace) if workspace.shares[tool.sharing][tool.scope]

visible(tool, workspace) if {
	tool.scope == input.workspace
	tool.owner == input.user
	not workspace.shares[tool.sharing][tool.scope]
}

misplaced(tool, workspace) if {
	tool.restricted
	guarded(tool, workspace)
	not tool.spaces[input.space]
}

guarded(tool, _) if tool.accessControl

guarded(_, workspace) if workspace.accessControl

confirmation(tool, workspace) := "allow" if not asks(tool, workspace)

confirmation(tool, workspace) := "ask" if {
	input.canAsk
	asks(tool, workspace)
}

asks(tool, _) if tool.asks

asks(tool, workspace) if workspace.closed[tool.askedBy[0]]

asks(tool, workspace) if workspace.closed[tool.askedBy[1]]
