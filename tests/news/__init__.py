"""The news, from the event to its cursor."""
