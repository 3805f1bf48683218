"""Events: what happened, written in the transaction in which it happened. They are the outbox."""
