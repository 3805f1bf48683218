"""The command line `skillprofile`: one module per command, and what they share.

Commands import what they need when they run: `--help` and a wrong word need not wait for the database's libraries.
"""

from service.cli.program import main

__all__ = ["main"]
