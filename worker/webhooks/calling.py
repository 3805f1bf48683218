"""From bytes to another program's address, which somebody has typed: it must not lead into our own network.

A name is looked up for each call, and the very address that was judged is connected to. Redirects are not followed, and
of an answer only its status is read.
"""

import asyncio
import ipaddress
import ssl
import time
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any, Protocol
from urllib.parse import urlsplit

import httpcore

from service.webhooks.actions import Outcome

CONNECT_SECONDS = 5.0
CALL_SECONDS = 15.0
_CONNECTIONS = 20
# Addresses of IPv6 that lead to one of IPv4, which is not judged here: 6to4, Teredo and NAT64.
_TRANSITIONS = tuple(map(ipaddress.ip_network, ("2002::/16", "2001::/32", "64:ff9b::/96", "64:ff9b:1::/48")))

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class Caller(Protocol):
    """Whatever hands a body over."""

    async def call(self, url: str, headers: Mapping[str, str], body: bytes) -> Outcome:
        """POST it once. What goes wrong is in the outcome."""


class HttpCaller:
    """Calls addresses of the public internet by https, and those of `networks` by http too."""

    def __init__(self, networks: Sequence[Network] = ()) -> None:
        self._networks = networks
        # Most processes never call anybody: the first call makes them.
        self._pools: dict[str, httpcore.AsyncConnectionPool] = {}

    async def call(self, url: str, headers: Mapping[str, str], body: bytes) -> Outcome:
        """POST the body once; at most 15 s."""
        begun = time.monotonic()
        status, fault = None, None
        try:
            async with asyncio.timeout(CALL_SECONDS):
                status = await self._status(url, headers, body)
        except TimeoutError:
            fault = f"No answer within {CALL_SECONDS:.0f} s"
        except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException, OSError) as error:
            fault = " ".join(str(error).split()) or type(error).__name__
        return Outcome(int((time.monotonic() - begun) * 1_000), status, fault)

    async def close(self) -> None:
        """Hang up."""
        for pool in self._pools.values():
            await pool.aclose()

    async def _status(self, url: str, headers: Mapping[str, str], body: bytes) -> int:
        given = [(name.encode(), value.encode()) for name, value in headers.items()]
        waits = {
            "connect": CONNECT_SECONDS,
            "read": CALL_SECONDS,
            "write": CALL_SECONDS,
            "pool": CALL_SECONDS,
        }
        pool = self._pool(urlsplit(url).scheme)
        async with pool.stream(
            "POST", url, headers=given, content=body, extensions={"timeout": waits}
        ) as answer:
            return int(answer.status)

    def _pool(self, scheme: str) -> httpcore.AsyncConnectionPool:
        if scheme not in self._pools:
            # No connection is kept: each call looks its name up anew.
            self._pools[scheme] = httpcore.AsyncConnectionPool(
                ssl_context=_trust(),
                max_connections=_CONNECTIONS,
                max_keepalive_connections=0,
                network_backend=_Gate(self._networks, is_public_open=scheme == "https"),
            )
        return self._pools[scheme]


class _Gate(httpcore.AsyncNetworkBackend):
    """Connects to addresses that may be reached, and to no others."""

    def __init__(self, networks: Sequence[Network], *, is_public_open: bool) -> None:
        self._networks = networks
        self._is_public_open = is_public_open
        self._backend = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109  as httpcore names it
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """A connection to the first address of the host that may be reached."""
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=0)
        addresses = [ipaddress.ip_address(str(one[4][0]).partition("%")[0]) for one in found]
        address = next(filter(self._may_reach, addresses), None)
        if address is None:
            raise httpcore.ConnectError(f"{host} leads to no address that may be reached")
        return await self._backend.connect_tcp(str(address), port, timeout, local_address, socket_options)

    async def connect_unix_socket(self, *_: Any, **__: Any) -> httpcore.AsyncNetworkStream:
        """Never."""
        raise httpcore.ConnectError("A socket of this machine is never called")

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await self._backend.sleep(seconds)

    def _may_reach(self, address: Address) -> bool:
        inner = getattr(address, "ipv4_mapped", None) or address
        return any(inner in network for network in self._networks) or (
            self._is_public_open and is_public(inner)
        )


def is_public(address: Address) -> bool:
    """Whether it is one of the public internet, as far as the address itself says."""
    return (
        address.is_global
        and not address.is_multicast
        and not any(address in network for network in _TRANSITIONS)
    )


@cache
def _trust() -> ssl.SSLContext:
    # Loaded once for a process: to read the machine's certificates takes tens of milliseconds.
    return ssl.create_default_context()
