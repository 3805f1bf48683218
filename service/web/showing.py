"""What a template works out of an answer. `static/pieces.js` has the same for the script, under the same names."""

import re
from collections.abc import Mapping, Sequence
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


def choice_of(query: Mapping[str, Any], viewer: Json | None) -> dict[str, str | None]:
    """The role, the level reached (`from`) and the level to reach (`to`): of the address, or else of the plan."""
    plan = viewer and viewer.get("plan")
    if query.get("role") or not plan:
        return {name: _one_of(query.get(name)) for name in ("role", "from", "to")}
    chosen = {"role": plan["role"], "from": plan["level"], "to": plan["goal"]}
    return {name: found and found["slug"] for name, found in chosen.items()}


def levels_between(ladder: Sequence[Json], choice: Mapping[str, str | None]) -> list[Json]:
    """The levels above the one reached up to the one to reach, by default the next one alone."""
    slugs = [level["slug"] for level in ladder]
    begin = slugs.index(choice["from"]) + 1 if choice["from"] in slugs else 0
    end = slugs.index(choice["to"]) + 1 if choice["to"] in slugs else begin + 1
    return list(ladder[begin:end])


def plan_lines(planned: Json, levels: Sequence[Json]) -> list[Json]:
    """The skills of which anything is asked at these levels: each `skill` with its `rows`, and numbers of these.

    A row has its `level` and its `items`: each expectation as `text`, with whether it `is_ticked`; and the words that
    were ticked and stand there no more, as `gone`.
    """
    wanted = [level["slug"] for level in levels]
    lines = []
    for node in planned["skills"]["nodes"]:
        rows = [_plan_row(row) for row in node["requirements"] if row["level"]["slug"] in wanted]
        if rows:
            items = [item for row in rows for item in row["items"]]
            ticked = sum(item["is_ticked"] for item in items)
            lines.append({"skill": node["skill"], "rows": rows, "asked": len(items), "ticked": ticked})
    return lines


def _plan_row(row: Json) -> Json:
    texts = list(dict.fromkeys(expectations_of(row["description"])))
    ticks = row["viewerTicks"] or []
    ticked = {tick["text"] for tick in ticks}
    return {
        "level": row["level"],
        "items": [{"text": text, "is_ticked": text in ticked} for text in texts],
        "gone": [tick["text"] for tick in ticks if tick["text"] not in texts],
        "is_changed": any(tick["isChangedSince"] for tick in ticks),
    }


def plan_totals(planned: Json, lines: Sequence[Json]) -> Json:
    """The numbers above a plan: the API's where somebody is signed in, else of the lines that are shown."""
    found: Json | None = planned["viewerProgress"]
    return found or {
        "skillCount": len(lines),
        "coveredSkillCount": sum(line["asked"] == line["ticked"] for line in lines),
        "expectationCount": sum(line["asked"] for line in lines),
        "tickedCount": sum(line["ticked"] for line in lines),
        "changedCount": 0,
    }


def is_ticked(row: Json | None, text: str) -> bool:
    """Whether the viewer has ticked the text in a requirement."""
    return row is not None and any(tick["text"] == text for tick in row["viewerTicks"] or ())


def is_changed_since(row: Json) -> bool:
    """Whether the viewer has ticked something in a requirement that has changed since."""
    return any(tick["isChangedSince"] for tick in row["viewerTicks"] or ())


def _one_of(value: str | Sequence[str] | None) -> str | None:
    return (value if isinstance(value, str) else value[-1]) if value else None


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
