"""Webhooks: published events, sent to addresses of other programs, signed and until they are taken."""
