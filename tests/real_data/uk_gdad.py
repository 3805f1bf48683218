"""The UK Government's Digital and Data capability framework, from its published CSV to a catalogue file.

| In the CSV | In the catalogue |
|---|---|
| role family (8) | the roles' `family`; also a group each, in one domain |
| role (52) | a role |
| skill (188), with its description | a skill with that summary, in the group of the family that asks for it most |
| role level (202, such as “Lead data engineer”) | a step of one ladder, by the grade that its name says: see `STEPS` |
| skill level | the requirement's proficiency, where “Practitioner” is ADVANCED |
| skill level description | the requirement's description |
| each row (1,825) | a requirement; all of them are mandatory |

What is lost, which `Losses` counts: rows of roles whose levels are “NOT IN USE” (those roles and skills stay, without
them); rows that say word for word what another has said; rows of a second role level of the same role at the same step
(“Configuration analyst” beside “Change and release analyst”), where the first by name stands for both.
"""

import csv
import os
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.factories.catalogue import slug_of

FRAMEWORK = "uk-gdad"
NOT_IN_USE = "NOT IN USE"

Row = dict[str, str]
Document = dict[str, Any]

# The ladder, and the words by which a role level's name tells its step. A name with none of them is that of the
# practitioner; the CSV itself names the levels of a role in no order.
STEPS = {
    "Apprentice or trainee": ("apprentice", "trainee"),
    "Junior": ("junior",),
    "Associate": ("associate",),
    "Analyst": (),
    "Practitioner": (),
    "Senior": ("senior", "major"),
    "Senior, management": (),
    "Lead": ("lead",),
    "Lead, management": (),
    "Principal": ("principal",),
    "Principal, management": (),
    "Head or chief": ("head", "chief"),
}
_PROFICIENCIES = {
    "Awareness": "AWARENESS",
    "Working": "WORKING",
    "Practitioner": "ADVANCED",
    "Expert": "EXPERT",
}


@dataclass
class Losses:
    """Rows that have no requirement of their own, by the reason."""

    not_in_use: int = 0
    repeated: int = 0
    same_step: list[tuple[str, str]] = field(default_factory=list)

    @property
    def total(self) -> int:
        """All of them."""
        return self.not_in_use + self.repeated + len(self.same_step)


@dataclass
class Mapped:
    """The catalogue file's document, and what the rows lost on the way."""

    document: Document
    losses: Losses


def uk_gdad_rows() -> list[Row]:
    """The rows as they stand beside the checkout, or in the folder that SHARED_DATA names; skips without them."""
    folder = Path(os.environ.get("SHARED_DATA", Path(__file__).resolve().parents[3] / "shared" / "data"))
    file = folder / "uk-gdad" / "roles.csv"
    if not file.is_file():
        pytest.skip("the real input is not here: put it at ../shared/data or name its folder in SHARED_DATA")
    with file.open(encoding="utf-8-sig", newline="") as lines:
        return [{name: (cell or "").strip() for name, cell in row.items()} for row in csv.DictReader(lines)]


def mapped(rows: list[Row]) -> Mapped:
    """The catalogue file of the rows."""
    losses = Losses()
    requirements = _requirements(rows, losses)
    families = sorted({row["Role Family"] for row in rows})
    asked = Counter((row["Skill Name"], row["Role Family"]) for row in rows)
    summaries = {row["Skill Name"]: row["Skill Description"] for row in rows}
    roles = {row["Role"]: row["Role Family"] for row in rows}
    document = {
        "framework": {
            "slug": FRAMEWORK,
            "name": "Government Digital and Data",
            "licence": "OGL-UK-3.0",
            "attribution": "Crown copyright",
        },
        "levels": [_named(name) | {"rank": rank} for rank, name in enumerate(STEPS, start=1)],
        "roles": [_named(name) | {"family": family} for name, family in sorted(roles.items())],
        "domains": [_named("Digital and data") | {"groups": [_named(family) for family in families]}],
        "skills": [
            _named(name)
            | {
                "group": slug_of(max(families, key=lambda family: (asked[name, family], family))),
                "summary": summary,
                "requirements": requirements.get(name, []),
            }
            for name, summary in sorted(summaries.items())
        ],
    }
    return Mapped(document, losses)


def step_of(role: str, level: str) -> str:
    """The step of the ladder that the name of a role's level says."""
    words = slug_of(level).split("-")
    for step, names in STEPS.items():
        if set(names) & set(words):
            return f"{step}, management" if level.endswith("- management") else step
    # “Problem analyst” of the problem manager: a step below the role's own name.
    is_below = words[-1] == "analyst" and slug_of(role).split("-")[-1] != "analyst"
    return "Analyst" if is_below else "Practitioner"


def _requirements(rows: list[Row], losses: Losses) -> dict[str, list[Document]]:
    found: dict[str, list[Document]] = {}
    seen: dict[tuple[str, str, str], Row] = {}
    for row in _by_level(rows):
        if NOT_IN_USE in (row["Role Level"], row["Skill Level"]):
            losses.not_in_use += 1
            continue
        step = step_of(row["Role"], row["Role Level"])
        earlier = seen.setdefault((row["Skill Name"], row["Role"], step), row)
        if earlier is not row:
            if earlier["Role Level"] == row["Role Level"]:
                assert earlier == row, "the repeated rows say the same"
                losses.repeated += 1
            else:
                losses.same_step.append((earlier["Role Level"], row["Role Level"]))
            continue
        found.setdefault(row["Skill Name"], []).append(
            {
                "role": slug_of(row["Role"]),
                "level": slug_of(step),
                "necessity": "MANDATORY",
                "proficiency": _PROFICIENCIES[row["Skill Level"]],
                "description": row["Skill Level Description"],
            }
        )
    return found


def _by_level(rows: Iterable[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: (row["Role"], row["Role Level"]))


def _named(name: str) -> Document:
    return {"slug": slug_of(name), "name": name}
