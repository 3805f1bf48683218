"""News: the events that everybody may hear of, in the order in which they are published."""
