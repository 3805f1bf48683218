"""Private plans."""
