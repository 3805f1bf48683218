"""History in the API."""
