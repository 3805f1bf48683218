"""What a template works out of an answer. `static/pieces.js` has the same for the script, under the same names."""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode

from service.catalogue.expectations import expectations_of

Json = dict[str, Any]
_ITEM = re.compile(r"\s*[-*•]\s+")
_COMPARED_MOST: Final = 4


def address(path: str, **query: Any) -> str:
    """A path with a query string of what is given."""
    given = {key: value for key, value in query.items() if value not in (None, "", [])}
    return f"{path}?{urlencode(given, doseq=True)}" if given else path


def blocks_of(text: str) -> list[tuple[str, Any]]:
    """The lines of a text as paragraphs, `("text", line)`, and lists, `("list", items)`."""
    blocks: list[tuple[str, Any]] = []
    for line in text.splitlines():
        item = _ITEM.match(line)
        if item is not None:
            if not blocks or blocks[-1][0] != "list":
                blocks.append(("list", []))
            blocks[-1][1].append(line[item.end() :].strip())
        elif line.strip():
            blocks.append(("text", line.strip()))
    return blocks


def excerpts_by_id(excerpts: Json) -> dict[str, str]:
    """Where the words of a search stand in each skill, by the skill's id."""
    return {node["id"]: node["excerpt"] for node in excerpts["nodes"]}


def marked(text: str) -> list[tuple[str, bool]]:
    """The parts of an excerpt, each with whether it is one of the words that were looked for."""
    return [(part, bool(at % 2)) for at, part in enumerate(re.split("[⟦⟧]", text)) if part]


def roles_of(skill: Json) -> list[Json]:
    """The roles that ask for the skill, as they first stand in its table."""
    found = {row["role"]["slug"]: row["role"] for step in skill["levels"] for row in step["requirements"]}
    return list(found.values())


def requirement_at(skill: Json, role: str | None, level: str | None) -> Json | None:
    """The `level` and the `row` of a place; None where nothing is asked."""
    for step in skill["levels"]:
        for row in step["requirements"]:
            if (row["role"]["slug"], step["level"]["slug"]) == (role, level):
                return {"level": step["level"], "row": row}
    return None


def proposals_of(skill: Json, level: Json, role: Json) -> list[Json]:
    """The open proposals that touch a place."""
    return [
        one
        for one in skill["proposals"]["nodes"]
        if any(
            (change["level"] or {}).get("slug") == level["slug"]
            and (change["role"] or {}).get("slug") == role["slug"]
            for change in one["changes"]
        )
    ]


def places_of(changes: Sequence[Json]) -> list[list[Json]]:
    """Fields that differ, those of one place of a skill together."""
    places: dict[tuple[str, ...], list[Json]] = {}
    for change in changes:
        place = tuple((change[name] or {}).get("id", "") for name in ("skill", "role", "level"))
        places.setdefault(place, []).append(change)
    return list(places.values())


def watched_of(watches: Sequence[Json]) -> list[Json]:
    """The skills and proposals that are watched by themselves."""
    subjects = (watch["skill"] or watch["proposal"] for watch in watches)
    return [one for one in subjects if one is not None]


def others_of(items: Sequence[Json], one: Json | None, known: Sequence[Json]) -> list[Json]:
    """The items and, where it is not among them, the one; without those that are known."""
    ids = {each["id"] for each in known}
    first = [one] if one is not None and one["id"] not in {each["id"] for each in items} else []
    return [each for each in (*first, *items) if each["id"] not in ids]


def parsed(text: str) -> Json:
    """An object that stands as text in an answer."""
    found: Json = json.loads(text)
    return found


def steps_of(proposal: Json) -> list[Json]:
    """All that has happened to a proposal, in its order: of each what it was, when, and the row that tells of it."""
    steps = [{"what": "created", "at": proposal["createdAt"], "row": proposal}]
    steps += [{"what": "version", "at": one["writtenAt"], "row": one} for one in proposal["versions"][1:]]
    reviews = reversed(proposal["reviews"]["nodes"])
    steps += [{"what": one["verdict"], "at": one["reviewedAt"], "row": one} for one in reviews]
    if proposal["decidedAt"]:
        steps.append({"what": "decided", "at": proposal["decidedAt"], "row": proposal})
    return sorted(steps, key=lambda step: datetime.fromisoformat(step["at"]))


def chosen_roles(roles: Sequence[Json], compared: str | Sequence[str] | None) -> list[Json]:
    """The roles to compare: those that the address names, four at most."""
    wanted = [compared] if isinstance(compared, str) else compared or []
    return [role for role in roles if role["slug"] in wanted][:_COMPARED_MOST]


def side_by_side(step: Json, roles: Sequence[Json]) -> list[list[tuple[str, bool]]]:
    """What each role asks at a level, each expectation with whether another of the roles asks the same."""
    texts: Mapping[str, Sequence[str]] = {
        row["role"]["slug"]: expectations_of(row["description"]) for row in step["requirements"]
    }
    columns = [texts.get(role["slug"], ()) for role in roles]
    return [[(text, sum(text in other for other in columns) > 1) for text in column] for column in columns]
