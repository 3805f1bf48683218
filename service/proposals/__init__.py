"""Proposals: changes that somebody suggests and somebody else accepts or declines."""
