"""What the templates work out of a plan. `static/parts/levels.js` and `static/views/plan.js` have the same."""

from collections.abc import Mapping, Sequence
from typing import Any

from service.catalogue.expectations import expectations_of

Json = dict[str, Any]


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
