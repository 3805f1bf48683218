"""Keeping order, in the API."""
