"""Lines on stderr whose writer never waits."""

import subprocess
import sys

FLOOD = """
import os
from service.cli.lines import stderr_lines
with stderr_lines() as lines:
    for number in range(100_000):
        lines.show("x" * 100)
os.write(1, b"came through")
"""

FIFTY = """
from service.cli.lines import stderr_lines
with stderr_lines() as lines:
    for number in range(50):
        lines.show(str(number))
"""


def test_a_reader_that_does_not_read_stops_nobody() -> None:
    with subprocess.Popen(
        [sys.executable, "-P", "-c", FLOOD], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        try:
            # Nobody empties stderr, and ten megabytes fit into no pipe.
            assert process.wait(30) == 0
        finally:
            process.kill()
        assert process.stdout is not None
        assert process.stdout.read() == b"came through"


def test_lines_come_in_order() -> None:
    done = subprocess.run([sys.executable, "-P", "-c", FIFTY], capture_output=True, text=True, check=True)
    assert done.stderr.splitlines() == [str(number) for number in range(50)]
