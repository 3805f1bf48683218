"""A person's private plan: the role and levels that they choose, and the expectations that they have ticked."""
