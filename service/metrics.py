"""What a process counts of itself, in the Prometheus format at `/metrics`."""

from prometheus_client import REGISTRY, Counter, generate_latest

PLANS = Counter("skillprofile_plan", "Operations answered, by the way they were answered.", ["path"])
RESPONSE_CACHE = Counter("skillprofile_response_cache", "Look-ups in the response cache.", ["result"])
PIECES = Counter("skillprofile_piece", "Rows of lists looked up among those kept in memory.", ["result"])

# Every series is there from the start, so that a rate can be taken of it.
for _path in ("compiled", "filled", "executor"):
    PLANS.labels(_path)
for _result in ("hit", "miss", "bypass"):
    RESPONSE_CACHE.labels(_result)
for _result in ("hit", "miss"):
    PIECES.labels(_result)


def exposition() -> bytes:
    """The counters as text."""
    return generate_latest(REGISTRY)
