"""People, and the tokens their programs sign in with."""
