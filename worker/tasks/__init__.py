"""One file per task. Each takes an id, reads the row anew, and returns at once when there is nothing to do."""
