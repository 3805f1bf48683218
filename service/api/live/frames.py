"""The frames of server-sent events, in the distinct connections mode of graphql-sse: one operation, one response.

Lines end with LF alone: clients look for two of them.
"""

HEADERS = {
    "Content-Type": "text/event-stream; charset=utf-8",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    # A proxy that gathers a response before it passes it on would pass nothing on.
    "X-Accel-Buffering": "no",
}
SIGN_OF_LIFE = ":\n\n"
COMPLETE = "event: complete\ndata:\n\n"


def next_frame(answer: str) -> str:
    """One answer, which is JSON in one line."""
    return f"event: next\ndata: {answer}\n\n"


def whole_stream(answer: bytes) -> bytes:
    """The stream of an operation that has one answer, or was refused."""
    return f"{next_frame(answer.decode())}{COMPLETE}".encode()
