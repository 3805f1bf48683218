"""What a request costs whoever sends it: a person, wherever they are, or else a network."""

import ipaddress
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import lru_cache

from starlette.requests import Request
from starlette.types import Scope

from service.allowance import Allowance, Standing
from service.api.failures import Code, HttpError
from service.api.scalars import to_text
from service.people.models import Person

HEADERS = ("X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset")
_RAW_LIMIT, _RAW_REMAINING, _RAW_RESET = (name.lower().encode() for name in HEADERS)


class Spending:
    """Charges the cost of operations to whoever asks for them."""

    def __init__(self, allowance: Allowance) -> None:
        self._allowance = allowance

    def of_network(self, scope: Scope, cost: int) -> Standing:
        """What is left to the network after this; the express lane looks itself whether it is granted."""
        return self._allowance.spend(network_of(scope), cost)

    def charge(self, request: Request, viewer: Person | None, cost: int) -> Standing:
        """What is left to the viewer, or to the network of somebody who is not signed in.

        Raises:
            HttpError: 429 where the cost is more than that.
        """
        payer = network_of(request.scope) if viewer is None else f"person {viewer.id}"
        standing = self._allowance.spend(payer, cost)
        if not standing.is_granted:
            raise _too_much(standing)
        return standing


def raw_headers(standing: Standing | None) -> Iterable[tuple[bytes, bytes]]:
    """What every answer that is its client's alone says of the standing, as ASGI sends it."""
    if standing is None:
        return ()
    return (
        (_RAW_LIMIT, b"%d" % standing.limit),
        (_RAW_REMAINING, b"%d" % standing.remaining),
        (_RAW_RESET, b"%d" % standing.reset_at),
    )


def headers(standing: Standing | None) -> Mapping[str, str]:
    """The same for a response."""
    return {name.decode(): value.decode() for name, value in raw_headers(standing)}


def network_of(scope: Scope) -> str:
    """The client's address; of IPv6 the network, of which one household has as many addresses as it likes."""
    client = scope.get("client")
    return _network(client[0] if client else "")


@lru_cache(maxsize=10_000)
def _network(host: str) -> str:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if address.version == 4:
        return host
    return str(ipaddress.ip_network((address, 64), strict=False))


def _too_much(standing: Standing) -> HttpError:
    return HttpError(
        429,
        f"This costs {standing.cost:,}, and {standing.remaining:,} of {standing.limit:,} a minute are left to you: "
        f"ask for less, or go on in {standing.wait} s.",
        Code.RATE_LIMITED,
        headers={**headers(standing), "Retry-After": str(standing.wait)},
        resetAt=to_text(datetime.fromtimestamp(standing.reset_at, UTC)),
    )
