"""The real input, where it is at hand."""
