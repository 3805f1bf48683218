"""The facts of the seed page as a catalogue file: the real input that the project started from."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

FRAMEWORK = "seed"


def seed_facts() -> dict[str, Any]:
    """The facts as they stand beside the checkout, or in the folder that SHARED_DATA names; skips without them."""
    folder = Path(os.environ.get("SHARED_DATA", Path(__file__).resolve().parents[3] / "shared" / "data"))
    file = folder / "seed" / "progressive-delivery.json"
    if not file.is_file():
        pytest.skip("the real input is not here: put it at ../shared/data or name its folder in SHARED_DATA")
    facts = json.loads(file.read_text(encoding="utf-8"))
    assert isinstance(facts, dict)
    return facts


def seed_catalogue(*, framework: str | None = FRAMEWORK) -> dict[str, Any]:
    """The document of a catalogue file with these facts, in a framework of its own or, with None, the default one."""
    facts = seed_facts()
    skill = facts["skill"] | {
        "group": facts["group"]["slug"],
        "lastUpdatedOn": facts["page"]["lastUpdatedOn"],
        "requirements": facts["requirements"],
    }
    document = {
        "levels": facts["levels"],
        "roles": facts["roles"],
        "domains": [facts["domain"] | {"groups": [facts["group"]]}],
        "skills": [skill],
    }
    return document if framework is None else {"framework": {"slug": framework, "name": "Seed"}} | document
