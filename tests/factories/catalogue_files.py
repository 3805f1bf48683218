"""Catalogue files for tests: written, imported and generated."""

import json
import random
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from textwrap import dedent
from typing import Any

from service import counters
from service.catalogue.files import ImportPlan, import_catalogue, plan_import, scan_catalogue
from service.database import Database

IMPORTED_AT = datetime(2026, 11, 23, 12, 30, tzinfo=UTC)

Document = dict[str, Any]


def small_catalogue(**sections: Any) -> Document:
    """Two levels, two roles, one domain with two groups, and one skill with two requirements."""
    return {
        "framework": {"slug": "house", "name": "House"},
        "levels": [
            {"slug": "junior", "name": "Junior", "rank": 1},
            {"slug": "senior", "name": "Senior", "rank": 2},
        ],
        "roles": [
            {"slug": "cook", "name": "Cook", "family": "Kitchen"},
            {"slug": "waiter", "name": "Waiter"},
        ],
        "domains": [
            {
                "slug": "food",
                "name": "Food",
                "groups": [{"slug": "hot", "name": "Hot"}, {"slug": "cold", "name": "Cold"}],
            }
        ],
        "skills": [skill()],
    } | sections


def skill(slug: str = "soup", **values: Any) -> Document:
    """A skill of the small catalogue."""
    return {
        "slug": slug,
        "group": "hot",
        "name": slug.title(),
        "requirements": [
            requirement(),
            requirement("waiter", "senior", "OPTIONAL", description="Serves it hot."),
        ],
    } | values


def requirement(
    role: str = "cook", level: str = "junior", necessity: str = "MANDATORY", **values: Any
) -> Document:
    """A requirement of the small catalogue."""
    return {"role": role, "level": level, "necessity": necessity, "description": "Knows salt."} | values


async def import_document(
    database: Database, document: Document | str, *, prune: bool = False, at: datetime = IMPORTED_AT
) -> ImportPlan:
    """Import a document, or YAML text, in a transaction of its own."""
    with TemporaryDirectory() as folder:
        catalogue = scan_catalogue(_written(Path(folder), document))
        async with database.transaction() as session:
            return await import_catalogue(session, catalogue, at=at, prune=prune, recount=counters.recount)


async def plan_document(database: Database, document: Document | str, *, prune: bool = False) -> ImportPlan:
    """What importing a document, or YAML text, would do."""
    with TemporaryDirectory() as folder:
        catalogue = scan_catalogue(_written(Path(folder), document))
        async with database.read_session() as session:
            return await plan_import(session, catalogue, prune=prune)


def _written(folder: Path, document: Document | str) -> Path:
    file = folder / ("catalogue.yaml" if isinstance(document, str) else "catalogue.json")
    text = dedent(document) if isinstance(document, str) else json.dumps(document)
    file.write_text(text, encoding="utf-8")
    return file


def generated_catalogue(
    skills: int = 1_000, *, roles: int = 20, levels: int = 5, groups: int = 50
) -> Document:
    """A large catalogue, always the same: every skill has a requirement of four roles at each level."""
    chance = random.Random(skills)
    words = [
        "measures",
        "explains",
        "a",
        "trade-off",
        "of",
        "the",
        "naïve",
        "rollout",
        "—",
        "in",
        "café",
        "teams",
    ]

    def text(length: int) -> str:
        return " ".join(chance.choice(words) for _ in range(length)).capitalize() + "."

    return {
        "framework": {"slug": "generated", "name": "Generated", "version": "1.10"},
        "levels": [{"slug": f"level-{n}", "name": f"Level {n}", "rank": n} for n in range(1, levels + 1)],
        "roles": [
            {"slug": f"role-{n}", "name": f"Role {n}", "family": f"Family {n % 3}"} for n in range(roles)
        ],
        "domains": [
            {
                "slug": f"domain-{d}",
                "name": f"Domain {d}",
                "groups": [{"slug": f"group-{n}", "name": f"Group {n}"} for n in range(d, groups, 5)],
            }
            for d in range(5)
        ],
        "skills": [
            {
                "slug": f"skill-{number}",
                "group": f"group-{number % groups}",
                "name": f"Skill {number}",
                "summary": text(12),
                "keywords": [f"word {number}", "canary", "Überblick"],
                "lastUpdatedOn": "2026-03-17",
                "requirements": [
                    {
                        "role": f"role-{(number + offset) % roles}",
                        "level": f"level-{level}",
                        "necessity": chance.choice(["MANDATORY", "OPTIONAL"]),
                        "proficiency": chance.choice(["AWARENESS", "WORKING", "ADVANCED", "EXPERT"]),
                        "description": text(30),
                    }
                    for offset in range(4)
                    for level in range(1, levels + 1)
                ],
            }
            for number in range(skills)
        ],
    }
