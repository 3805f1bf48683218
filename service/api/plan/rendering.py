"""From an expression to the SQL that is sent, with its parameters in order."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import asyncpg

from service.api.plan import json_sql
from service.database import Column

_DIALECT: Any = asyncpg.dialect()  # type: ignore[no-untyped-call]


@dataclass(frozen=True)
class Rendered:
    """SQL with numbered parameters: the name of each in order, and the values of those that never change."""

    sql: str
    names: tuple[str, ...]
    constants: Mapping[str, Any]

    def values(self, given: Mapping[str, Any]) -> list[Any]:
        """Those of the parameters, in their order."""
        filled = {**self.constants, **given}
        return [filled[name] for name in self.names]


def rendered(text: Column, aliases: Mapping[str, str]) -> Rendered:
    """The statement whose one value is the text, in UTF-8."""
    statement = sa.select(sa.func.convert_to(text, json_sql.constant("UTF8")))
    compiled = statement.compile(dialect=_DIALECT, compile_kwargs={"render_postcompile": True})
    return Rendered(str(compiled), tuple(compiled.positiontup or ()), {**compiled.params, **aliases})
