"""What ends a run early."""


class BenchmarkFailed(Exception):
    """The run cannot give honest figures; the message says why, in one or two lines for a person."""
