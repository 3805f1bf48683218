"""Stories of signing in."""
