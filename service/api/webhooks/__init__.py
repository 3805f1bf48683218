"""Webhooks in the API: for maintainers and admins."""
