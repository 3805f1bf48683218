"""History: the revisions of a skill, what it was at each of them, and taking one back."""
