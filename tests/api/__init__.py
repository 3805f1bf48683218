"""The API: its transport, its schema and its permissions."""
