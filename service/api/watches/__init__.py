"""Watches in the API."""
