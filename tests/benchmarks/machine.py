"""What the run ran on."""

import os
import platform
import re
from pathlib import Path

import psutil  # type: ignore[import-untyped]


def describe() -> str:
    """This machine in a line."""
    parts = (
        _processor(),
        f"{os.cpu_count()} cores",
        f"{psutil.virtual_memory().total / 2**30:.0f} GiB",
        platform.system(),
        f"Python {platform.python_version()}",
    )
    return ", ".join(parts)


def _processor() -> str:
    """Linux tells the model in a file, others by the platform module."""
    facts = Path("/proc/cpuinfo")
    if facts.exists():
        model = re.search(r"^model name\s*: (.+)$", facts.read_text(), re.MULTILINE)
        if model:
            return model[1].strip()
    return platform.processor() or platform.machine()
