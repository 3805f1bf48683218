"""Somebody's own account: its name and address, all that is kept of them, and its end."""
