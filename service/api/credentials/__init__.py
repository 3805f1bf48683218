"""Sessions and tokens in the API."""
