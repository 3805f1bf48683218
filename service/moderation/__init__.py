"""Keeping the community in order: reports, what waits, what is hidden or locked, who may do what, and the log of it."""
