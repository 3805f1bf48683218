"""Live updates: events as they are published, over WebSocket and as server-sent events."""
