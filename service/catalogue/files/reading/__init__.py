"""From files to entries: text, nodes with lines, checked values, and several files as one catalogue."""
