"""For reference: hand-written routes of flat selects, put together as dicts and written by orjson."""

from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, TypeAlias

import orjson
from starlette.applications import Starlette

from tests.benchmarks.connections import Connection, Pool
from tests.benchmarks.servers import routes
from tests.benchmarks.servers import selects as select
from tests.benchmarks.servers.routes import Variables

Json: TypeAlias = dict[str, Any]
Row: TypeAlias = Any


def application(database_url: str) -> Starlette:
    """A route for each query."""
    answers = {"profile": _profile, "list": _list, "index": _index, "role": _role, "search": _search}
    return routes.application(database_url, answers)


async def _profile(pool: Pool, variables: Variables) -> bytes:
    async with pool.acquire() as connection:
        row = await connection.fetchrow(select.PROFILE, variables["slug"])
        if row is None:
            return _response("skill", None)
        frame = await _Frame.read(connection)
        asked = await connection.fetch(select.REQUIREMENTS, [row["id"]])
    skill = {
        "id": _id(b"Skill", row["id"]),
        **{name: row[name] for name in ("slug", "name", "summary", "keywords", "status", "revision")},
        "lastUpdatedAt": _time(row["last_updated_at"]),
        **_counts(row),
        "watcherCount": row["watchers"],
        "lastUpdatedBy": row["editor"] and {"name": row["editor"]},
        "replacedBy": row["successor"] and {"slug": row["successor"], "name": row["successor_name"]},
        "group": {
            "slug": row["group_slug"],
            "name": row["group_name"],
            "domain": {"slug": row["domain_slug"], "name": row["domain_name"]},
        },
        "proposals": {"totalCount": row["proposals"]},
        "levels": frame.levels(asked, lambda cell: {"revision": cell["revision"]}),
    }
    return _response("skill", skill)


async def _list(pool: Pool, variables: Variables) -> bytes:
    async with pool.acquire() as connection:
        rows = await connection.fetch(select.LIST[select.order(variables)], variables["domain"])
        frame = await _Frame.read(connection)
        asked = _grouped(await connection.fetch(select.REQUIREMENTS, [row["id"] for row in rows]), "skill_id")
    nodes = [
        {
            "id": _id(b"Skill", row["id"]),
            "slug": row["slug"],
            "name": row["name"],
            "summary": row["summary"],
            "levels": frame.levels(asked.get(row["id"], [])),
        }
        for row in rows
    ]
    return _response("skills", {"nodes": nodes})


async def _index(pool: Pool, _: Variables) -> bytes:
    async with pool.acquire() as connection:
        domains = await connection.fetch(select.DOMAINS)
        groups = _grouped(await connection.fetch(select.GROUPS), "domain_id")
        skills = _grouped(await connection.fetch(select.LISTED), "group_id")

    def group(row: Row) -> Json:
        nodes = [
            {"slug": skill["slug"], "name": skill["name"], **_counts(skill)}
            for skill in skills.get(row["id"], [])
        ]
        return {"slug": row["slug"], "name": row["name"], "skills": {"nodes": nodes}}

    found = [
        {
            "slug": row["slug"],
            "name": row["name"],
            "groups": [group(one) for one in groups.get(row["id"], [])],
        }
        for row in domains
    ]
    return _response("domains", found)


async def _role(pool: Pool, variables: Variables) -> bytes:
    async with pool.acquire() as connection:
        role = await connection.fetchrow(select.ROLE, variables["slug"])
        if role is None:
            return _response("role", None)
        totals = await connection.fetch(select.ROLE_TOTALS, role["id"])
        skills = await connection.fetch(select.ROLE_SKILLS, role["id"])
        frame = _Frame(await connection.fetch(select.LEVELS), ())
        ids = [row["id"] for row in skills]
        asked = _grouped(await connection.fetch(select.ROLE_REQUIREMENTS, role["id"], ids), "skill_id")
    *by_level, total = totals
    found = {
        "id": _id(b"Role", role["id"]),
        **{name: role[name] for name in ("slug", "name", "family")},
        **_numbers(total),
        "levels": [{"level": frame.level[row["level_id"]], **_numbers(row)} for row in by_level],
        "skills": {
            "totalCount": total["skills"],
            "nodes": [
                {
                    "skill": {"slug": row["slug"], "name": row["name"]},
                    "requirements": [
                        {**_cell(cell), "level": frame.level[cell["level_id"]]} for cell in asked[row["id"]]
                    ],
                }
                for row in skills
            ],
        },
    }
    return _response("role", found)


async def _search(pool: Pool, variables: Variables) -> bytes:
    order = select.order(variables)
    word = select.beginning(variables["filter"]["text"])
    async with pool.acquire() as connection:
        rows = await connection.fetch(select.SEARCH[order], word)
        total = await connection.fetchval(select.SEARCH_TOTAL, word)
    page = rows[:20]
    info = {
        "hasNextPage": len(rows) > len(page),
        "hasPreviousPage": False,
        "startCursor": _cursor(page[0]) if page else None,
        "endCursor": _cursor(page[-1]) if page else None,
    }
    nodes = [
        {
            **{name: row[name] for name in ("slug", "name", "summary", "keywords", "status")},
            "lastUpdatedAt": _time(row["last_updated_at"]),
            **_counts(row),
            "group": {"slug": row["group_slug"], "name": row["group_name"]},
        }
        for row in page
    ]
    return _response("skills", {"totalCount": total, "pageInfo": info, "nodes": nodes})


class _Frame:
    """The levels and roles, by their ids."""

    def __init__(self, levels: Iterable[Row], roles: Iterable[Row]) -> None:
        self.level = {
            row["id"]: {"slug": row["slug"], "name": row["name"], "rank": row["rank"]} for row in levels
        }
        self._role = {row["id"]: {"slug": row["slug"], "name": row["name"]} for row in roles}

    @classmethod
    async def read(cls, connection: Connection) -> "_Frame":
        return cls(await connection.fetch(select.LEVELS), await connection.fetch(select.ROLES))

    def levels(self, asked: Iterable[Row], more: Callable[[Row], Json] = lambda _: {}) -> list[Json]:
        """A skill's requirements, which come in order, by level."""
        return [
            {
                "level": self.level[level_id],
                "requirements": [
                    {**_cell(cell), **more(cell), "role": self._role[cell["role_id"]]} for cell in cells
                ],
            }
            for level_id, cells in _grouped(asked, "level_id").items()
        ]


def _grouped(rows: Iterable[Row], key: str) -> dict[int, list[Row]]:
    found: dict[int, list[Row]] = {}
    for row in rows:
        found.setdefault(row[key], []).append(row)
    return found


def _cell(row: Row) -> Json:
    return {
        "id": _id(b"Requirement", row["id"]),
        "necessity": row["necessity"],
        "proficiency": row["proficiency"],
        "description": row["description"],
    }


def _counts(row: Row) -> Json:
    return {
        "roleCount": row["role_count"],
        "levelCount": row["level_count"],
        "mandatoryRequirementCount": row["mandatory_requirement_count"],
        "optionalRequirementCount": row["optional_requirement_count"],
    }


def _numbers(row: Row) -> Json:
    return {
        "skillCount": row["skills"],
        "mandatoryRequirementCount": row["mandatory"],
        "optionalRequirementCount": row["optional"],
    }


def _id(type_name: bytes, key: int) -> str:
    return urlsafe_b64encode(b"1:%b:%d" % (type_name, key)).rstrip(b"=").decode()


def _cursor(row: Row) -> str:
    return urlsafe_b64encode(orjson.dumps([row["key"], row["id"]])).rstrip(b"=").decode()


def _time(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


def _response(field: str, value: Any) -> bytes:
    return orjson.dumps({"data": {field: value}})
