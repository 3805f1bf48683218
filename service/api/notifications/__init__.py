"""The viewer's inbox in the API, and how the viewer wants mail."""
