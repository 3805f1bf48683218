"""What the documents send: filters and orders."""

from base64 import urlsafe_b64encode
from datetime import datetime
from enum import Enum
from typing import Any

import strawberry
from sqlmodel import col, func, select

from service.catalogue import models
from tests.benchmarks.servers.plain.loaders import LISTED


@strawberry.enum
class SkillOrderField(Enum):
    NAME = "NAME"
    LAST_UPDATED = "LAST_UPDATED"


@strawberry.enum
class Direction(Enum):
    ASC = "ASC"
    DESC = "DESC"


@strawberry.input
class SkillOrder:
    field: SkillOrderField
    direction: Direction = Direction.ASC

    @property
    def columns(self) -> list[Any]:
        key = models.Skill.name if self.field is SkillOrderField.NAME else models.Skill.last_updated_at
        columns = [col(key), col(models.Skill.id)]
        return columns if self.direction is Direction.ASC else [column.desc() for column in columns]

    def cursor(self, skill: models.Skill) -> str:
        key = skill.name if self.field is SkillOrderField.NAME else time_text(skill.last_updated_at)
        return base64url(f"{key},{skill.id}")


@strawberry.input
class SkillFilter:
    text: str | None = None
    domain: str | None = None

    @property
    def conditions(self) -> list[Any]:
        found: list[Any] = [LISTED]
        if self.text is not None:
            words = func.to_tsquery("simple", f"'{self.text}':*")
            texts = select(models.SkillText.skill_id).where(col(models.SkillText.document).op("@@")(words))
            found.append(col(models.Skill.id).in_(texts))
        if self.domain is not None:
            domains = select(models.Domain.id).where(models.Domain.slug == self.domain)
            groups = select(models.Group.id).where(col(models.Group.domain_id).in_(domains))
            found.append(col(models.Skill.group_id).in_(groups))
        return found


def base64url(text: str) -> str:
    return urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


def time_text(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")
