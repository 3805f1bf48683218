"""The news in the API."""
