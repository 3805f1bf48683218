"""The settings of both processes, read once, at the edges, from the environment.

Only the composition roots (`service.app`, `service.cli`, `worker.main`) and the migrations import this.
"""

import json
import re
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, IPvAnyNetwork, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

_ORIGIN = re.compile(r"https?://[a-z0-9.-]+(:\d{1,5})?|https?://\[[0-9a-f:]+\](:\d{1,5})?")


class OidcProvider(BaseModel):
    """A provider of OpenID Connect that people may sign in with."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(pattern=r"^[a-z0-9-]{1,40}$", description="stands in addresses")
    title: str = Field(min_length=1, max_length=60, description="the name to show")
    issuer: str = Field(pattern=r"^(https://[^\s?#]+|http://127\.0\.0\.1(:\d+)?(/[^\s?#]*)?)$")
    client_id: str = Field(min_length=1)
    client_secret: SecretStr


class Settings(BaseSettings):
    """Every setting with its default; the environment variable is the field's name in capitals."""

    model_config = SettingsConfigDict(env_file=None, extra="ignore", frozen=True)

    database_url: str = Field(description="PostgreSQL 15 or later: postgresql://user:secret@host/name")
    redis_url: str = Field(description="Valkey, or Redis 6.2 or later: redis://host:6379/0")
    mail_url: str | None = Field(
        default=None, description="SMTP: smtp://user:secret@host:587?starttls=1; without it no mail leaves"
    )
    secret_key: SecretStr = Field(
        min_length=16, description="signs unsubscribe links; the same for all processes, kept for good"
    )
    site_name: str = Field(default="Skill Profile", max_length=60)
    site_url: str = Field(default="http://127.0.0.1:8000", description="the public address, in every mail")
    mail_from: str = Field(default="notifications@localhost", description="the sender's address")
    mail_collapse_seconds: float = Field(
        default=60, ge=0, le=600, description="how long it must be quiet before a mail tells what happened"
    )
    mail_connections: int = Field(default=5, ge=1, le=50, description="to the mail server, per worker")
    mail_per_domain: int = Field(
        default=100, ge=1, le=10_000, description="mails a second to one domain, per worker"
    )
    inbox_folder: Path | None = Field(default=None, description="development: mails kept here are shown")
    session_idle_days: int = Field(default=14, ge=1, le=365, description="without a request, signed out")
    session_days: int = Field(default=90, ge=1, le=365, description="after these, signed out in any case")
    new_people: Literal["reader", "contributor"] = Field(
        default="contributor", description="what somebody may do who signs in for the first time"
    )
    oidc_providers: Annotated[list[OidcProvider], NoDecode] = Field(
        default_factory=list, description="JSON: a list of name, title, issuer, client_id, client_secret"
    )
    webhook_networks: Annotated[list[IPvAnyNetwork], NoDecode] = Field(
        default_factory=list,
        description="networks of your own that webhooks may reach, by http too, separated by commas",
    )
    cors_origins: Annotated[list[str], NoDecode] = Field(
        default_factory=list, description="exact origins of other sites' pages, separated by commas"
    )
    response_cache: Literal["on", "off"] = Field(default="on", description="answers that everybody may see")
    cost_per_minute: int = Field(
        default=10_000_000,
        ge=0,
        le=2_000_000_000,
        description="of what one person, or one network, asks of the API in a minute; 0 for no limit",
    )
    persisted_documents: Literal["off", "allow", "only"] = Field(
        default="allow", description="whether documents may be named by their hash, or must be"
    )
    response_cache_bytes: int = Field(default=64_000_000, ge=0, description="the most it holds, per process")
    piece_cache_bytes: int = Field(
        default=32_000_000,
        ge=0,
        description="the most that rows of lists take which are kept by themselves, per process; 0 for none",
    )
    database_pool_size: int = Field(default=10, ge=1, le=100, description="connections per process")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    log_format: Literal["auto", "text", "json"] = Field(
        default="auto", description="auto: text on a terminal, JSON elsewhere"
    )

    @field_validator("database_url")
    @classmethod
    def _name_the_driver(cls, url: str) -> str:
        scheme, separator, rest = url.partition("://")
        if not separator or scheme.split("+")[0] not in {"postgres", "postgresql"}:
            raise ValueError("it begins with postgresql://")
        return f"postgresql+asyncpg://{rest}"

    @field_validator("site_url")
    @classmethod
    def _without_slash(cls, url: str) -> str:
        return url.rstrip("/")

    @field_validator("cors_origins", "webhook_networks", mode="before")
    @classmethod
    def _split_at_commas(cls, value: object) -> object:
        if isinstance(value, str):
            return [origin.strip() for origin in value.split(",") if origin.strip()]
        return value

    @field_validator("oidc_providers", mode="before")
    @classmethod
    def _read_json(cls, value: object) -> object:
        if isinstance(value, str):
            return json.loads(value) if value.strip() else []
        return value

    @field_validator("cors_origins")
    @classmethod
    def _each_an_origin(cls, origins: list[str]) -> list[str]:
        for origin in origins:
            # Neither `*` nor `null`, which any page in a sandbox can claim to be.
            if not _ORIGIN.fullmatch(origin):
                raise ValueError(f"{origin!r} is no origin such as https://docs.example.org")
        return origins
