"""Notifications: one event for one person, and the mail that carries it."""
