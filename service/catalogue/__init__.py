"""The catalogue: frameworks, their ladders and roles, and the skills with what each role must cover."""
