"""What a request brings to say who sends it: the session of a browser, or a program's token."""
