"""A person's standing wish to hear about a skill or a proposal."""
