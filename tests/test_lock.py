"""The lock files held against pyproject.toml: every package pinned, with hashes, and no address to load it from."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PROJECT = Path(__file__).resolve().parents[1]
PYPROJECT = tomllib.loads((PROJECT / "pyproject.toml").read_text())
RUNTIME = PYPROJECT["project"]["dependencies"]
DEVELOPMENT = [
    *RUNTIME,
    *PYPROJECT["project"]["optional-dependencies"]["embedded"],
    *PYPROJECT["dependency-groups"]["dev"],
]


def blocks(name: str) -> list[str]:
    """One text per package: its requirement, and its hashes."""
    return (PROJECT / name).read_text().replace("\\\n", " ").strip().splitlines()


def pins(name: str) -> dict[str, str]:
    """The version of each package."""
    found = [Requirement(block.split(" --hash")[0]) for block in blocks(name)]
    return {canonicalize_name(each.name): str(each.specifier).removeprefix("==") for each in found}


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_every_package_is_pinned_with_hashes_and_without_an_address(name: str) -> None:
    assert blocks(name)
    for block in blocks(name):
        assert re.fullmatch(
            r"[\w.-]+(\[[\w,-]+\])?==[\w.+!]+( ; [^@]+?)?( +--hash=sha256:[0-9a-f]{64})+ *", block
        )
        assert "://" not in block


@pytest.mark.parametrize(
    ("name", "wanted"), [("requirements.lock", RUNTIME), ("requirements-dev.lock", DEVELOPMENT)]
)
def test_every_dependency_is_locked_at_a_version_that_fits(name: str, wanted: list[str]) -> None:
    locked = pins(name)
    for requirement in map(Requirement, wanted):
        assert requirement.specifier.contains(locked[canonicalize_name(requirement.name)], prereleases=True)


def test_both_locks_agree() -> None:
    runtime = pins("requirements.lock")
    assert runtime.items() <= pins("requirements-dev.lock").items()


def test_a_deployment_gets_no_development_package() -> None:
    development = {canonicalize_name(Requirement(each).name) for each in DEVELOPMENT[len(RUNTIME) :]}
    assert development.isdisjoint(pins("requirements.lock"))
