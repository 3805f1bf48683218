"""One's own account in the API."""
