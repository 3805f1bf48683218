"""Pages for browsers, as the server writes them."""
