"""The rules of proposals, as values."""
