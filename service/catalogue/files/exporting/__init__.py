"""From the stored state to entries, and from entries to files."""
