"""The compiled path held against the ordinary one."""
