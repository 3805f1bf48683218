"""How a person calls this program once more, from where they stand."""

import shlex
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

_NAME = "skillprofile"


def again(*words: str) -> str:
    """A line for the same terminal, or another one in the same folder, that runs the program with the words."""
    return shlex.join([*_program(), *words])


def _program() -> Sequence[str]:
    script = Path(sys.argv[0])
    if script.name != _NAME:
        return (sys.executable, "-P", "-m", "service.cli")
    on_path = shutil.which(_NAME)
    if on_path and Path(on_path).resolve() == script.resolve():
        return (_NAME,)
    # In a checkout nobody need have put the environment on the PATH.
    script, here = script.absolute(), Path.cwd()
    return (str(script.relative_to(here) if script.is_relative_to(here) else script),)
