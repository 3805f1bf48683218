"""`python -m service.api.snapshot FILE [--check]`: write the contract to a file, or hold the file against the code."""

import argparse
import difflib
import sys
from pathlib import Path

from service.api.schema import schema


def main() -> int:
    """0 where the file is written or right, 1 where it differs; the difference goes to standard error."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--check", action="store_true", help="change nothing; fail where the file differs")
    arguments = parser.parse_args()
    text = schema.as_str() + "\n"
    if not arguments.check:
        arguments.file.write_text(text, encoding="utf-8")
        return 0
    stored = arguments.file.read_text(encoding="utf-8")
    if stored == text:
        return 0
    difference = difflib.unified_diff(
        stored.splitlines(keepends=True), text.splitlines(keepends=True), str(arguments.file), "the code"
    )
    sys.stderr.writelines(difference)
    sys.stderr.write(
        f"{arguments.file} is not what the code says: run `make schema` and read the difference.\n"
    )
    return 1


if __name__ == "__main__":
    sys.exit(main())
