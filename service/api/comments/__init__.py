"""Comments in the API."""
