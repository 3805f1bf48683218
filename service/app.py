"""The API process: its routes, its middleware, its life. The API's only composition root."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import httpx
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.types import Receive, Scope, Send

import service.tables  # noqa: F401  makes every foreign key's target known
from service import jobs
from service.activity.announcements import CHANNEL as CHANGES_CHANNEL
from service.activity.announcements import PEOPLE_CHANNEL, from_payload
from service.allowance import Allowance
from service.api.assembling import Assembler
from service.api.context import Context, Desks
from service.api.cookies import Cookies
from service.api.express import Express
from service.api.http import GraphQLApp
from service.api.limits import Limits
from service.api.live.guard import Guard
from service.api.live.streams import Live
from service.api.persisted import Mode, PersistedDocuments
from service.api.responses import ResponseCache
from service.api.schema import schema
from service.api.sign_in import SignIn
from service.api.spending import HEADERS as RATE_HEADERS
from service.api.spending import Spending
from service.changes import ChangeFeed
from service.credentials.rules import Lifetimes
from service.database import Database
from service.fetching import Fetcher
from service.inbox.page import routes as inbox_routes
from service.inbox.store import InboxStore
from service.migration import ensure_current
from service.news.actions import CHANNEL as NEWS_CHANNEL
from service.notifications.actions import CHANNEL as NOTIFICATIONS_CHANNEL
from service.people.models import PersonRole
from service.rates import Rates
from service.settings import Settings
from service.web import (
    assets,
    contract,
    developers,
    feeds,
    health,
    mail_links,
    metrics,
    pages,
    providers,
    unsubscribe,
)
from service.web import sign_in as sign_in_pages
from service.web.door import Door
from service.web.explorer import explorer_of
from service.web.operations import manifest
from service.web.rendering import Site

# As many answers, or pieces of lists, as anybody will keep in the bytes allowed.
_KEPT_MAX = 100_000
_GRAPHQL = "/graphql"
_EXPOSED_HEADERS = ["ETag", "X-Request-Id", "Retry-After", *RATE_HEADERS]


def create_app(
    settings: Settings,
    *,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    limits: Limits = Limits(),  # noqa: B008  it is frozen
) -> "Application":
    """The application; it connects to PostgreSQL and Valkey when the first request needs them.

    `now` is its clock, and `limits` bound each request. At start-up it raises `StaleSchema` where the database is not
    at the revision that this code needs.
    """
    queue = jobs.ArqQueue(jobs.connect(settings.redis_url))
    database = Database(
        settings.database_url,
        queue=queue,
        pool_size=settings.database_pool_size,
        statement_timeout_ms=int(limits.statement_seconds * 1_000),
        lock_timeout_ms=int(limits.lock_seconds * 1_000),
    )
    fetcher = Fetcher(
        settings.database_url,
        pool_size=settings.database_pool_size,
        statement_timeout_ms=int(limits.statement_seconds * 1_000),
    )
    desks = Desks.of(database)
    cache = pieces = None
    if settings.response_cache == "on":
        cache = ResponseCache(entries=_KEPT_MAX, size=settings.response_cache_bytes)
    if settings.piece_cache_bytes:
        pieces = ResponseCache(entries=_KEPT_MAX, size=settings.piece_cache_bytes)
    caches = [one for one in (cache, pieces) if one is not None]
    database.after_change.extend(one.forget for one in caches)
    guard = Guard()
    feed = _feed(settings, desks, guard, caches)
    rates = Rates(settings.redis_url)
    allowance = Allowance(rates.storage, settings.cost_per_minute)
    spending = Spending(allowance) if settings.cost_per_minute else None
    express = Express(Assembler(fetcher, limits, pieces, feed), limits, cache, feed, spending)

    def anonymous() -> Context:
        return Context(database, now, desks)

    cookies = Cookies(settings.site_url)
    sign_in = SignIn(
        database,
        cookies,
        now=now,
        lifetimes=Lifetimes(
            idle=timedelta(days=settings.session_idle_days), absolute=timedelta(days=settings.session_days)
        ),
        site_url=settings.site_url,
        origins=settings.cors_origins,
    )

    door = Door(
        database,
        sign_in,
        cookies,
        rates,
        now,
        secret_key=settings.secret_key.get_secret_value(),
        site_name=settings.site_name,
        site_url=settings.site_url,
        first_role=PersonRole(settings.new_people.upper()),
        providers={one.name: one.title for one in settings.oidc_providers},
    )
    ways_in = sign_in_pages.Pages(door)
    # Reading the machine's certificates takes tens of milliseconds: only where a provider is to be asked.
    http = httpx.AsyncClient() if settings.oidc_providers else None

    async def context(request: Request) -> Context:
        who = sign_in.of_call if request.url.path == _GRAPHQL else sign_in.of_page
        credential = await who(request.headers)
        return Context(database, now, desks, credential=credential, secret_key=door.secret_key)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        await ensure_current(settings.database_url)
        desks.start()
        guard.start()
        allowance.start()
        feed.start()
        yield
        await feed.close()
        await guard.close()
        await allowance.close()
        await desks.close()
        await fetcher.close()
        await database.close()
        await queue.close()
        await rates.close()
        if http is not None:
            await http.aclose()

    site = Site(settings.site_name, settings.site_url, has_inbox=settings.inbox_folder is not None)
    graphql = GraphQLApp(
        schema,
        context=context,
        live=Live(anonymous, guard),
        limits=limits,
        documents=PersistedDocuments(Mode(settings.persisted_documents), manifest=manifest()),
        express=express,
        spending=spending,
        explorer=explorer_of(site),
    )
    routes: list[BaseRoute] = [
        Route(_GRAPHQL, graphql),
        WebSocketRoute(_GRAPHQL, graphql),
        *pages.routes(graphql, site),
        *developers.routes(graphql, site),
        *assets.routes(),
        *contract.routes(),
        *feeds.routes(database, site_name=settings.site_name, site_url=settings.site_url),
        *health.routes(database, queue),
        *metrics.routes(),
        *(providers.routes(door, ways_in, _providers(settings), http) if http else ()),
        *sign_in_pages.routes(ways_in),
        *unsubscribe.routes(
            database, secret_key=settings.secret_key.get_secret_value(), site_name=settings.site_name, now=now
        ),
        *mail_links.routes(
            database, secret_key=settings.secret_key.get_secret_value(), site_name=settings.site_name, now=now
        ),
    ]
    if settings.inbox_folder is not None:
        routes += inbox_routes(InboxStore(settings.inbox_folder))
    middleware = _middleware(settings)
    app = Application(
        routes=routes,
        middleware=middleware,
        lifespan=lifespan,
        exception_handlers={404: pages.missing_on(site)},
    )
    app.graphql, app.is_direct = graphql, not middleware
    return app


def _feed(settings: Settings, desks: Desks, guard: Guard, caches: Sequence[ResponseCache]) -> ChangeFeed:
    """The one ear of the process for what is announced in PostgreSQL."""

    def changed(payload: str) -> None:
        change = from_payload(payload)
        for cache in caches:
            cache.forget(change)

    def distrust() -> None:
        for cache in caches:
            cache.clear()

    def began() -> None:
        distrust()
        desks.wake()
        guard.check_all()

    hears: dict[str, Callable[[str], None]] = {
        CHANGES_CHANNEL: changed,
        NEWS_CHANNEL: desks.news.wake,
        NOTIFICATIONS_CHANNEL: desks.notifications.heard,
        PEOPLE_CHANNEL: guard.heard,
    }
    return ChangeFeed(settings.database_url, hears=hears, began=began, lost=distrust)


class Application(Starlette):
    """Starlette, but that the one busy path does not wait for its routing, where no middleware stands before it."""

    graphql: GraphQLApp
    is_direct: bool = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.is_direct and scope["type"] == "http" and scope["path"] == _GRAPHQL:
            await self.graphql(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)


def _providers(settings: Settings) -> list[providers.ProviderSettings]:
    return [
        providers.ProviderSettings(
            one.name, one.title, one.issuer, one.client_id, one.client_secret.get_secret_value()
        )
        for one in settings.oidc_providers
    ]


def _middleware(settings: Settings) -> list[Middleware]:
    if not settings.cors_origins:
        return []
    return [
        Middleware(
            CORSMiddleware,
            allow_origins=settings.cors_origins,
            allow_methods=["GET", "POST"],
            allow_headers=["Authorization", "Content-Type", "X-Request-Id"],
            expose_headers=_EXPOSED_HEADERS,
            allow_credentials=True,
        )
    ]
