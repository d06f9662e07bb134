"""The one way out: HTTP to partners and to addresses that people gave us, without side doors.

The name is resolved once, every address it has must be public, and the connection goes to the very
address that was looked at; redirects are handed back, never followed; time and size are limited.
"""

import hashlib
import hmac
import http.client
import io
import ipaddress
import re
import socket
import ssl
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

SECONDS = 10.0
MOST_BYTES = 64 * 1024
_PORTS = {"https": 443, "http": 80}
# Translations of IPv4 into IPv6, behind which a private address could hide.
_DISGUISES = tuple(
    ipaddress.IPv6Network(network)
    for network in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32")
)


class OutboundTrouble(Exception):
    """The request has no answer that could be used."""


class AddressRefused(OutboundTrouble):
    """The URL is malformed or leads to an address that is not public. Nothing was sent."""


class NoAnswer(OutboundTrouble):
    """No connection, too slow, too big or not HTTP; the other side may have acted all the same."""


@dataclass(frozen=True)
class Reply:
    """What came back: any status, redirects and errors included; header names in lower case."""

    status: int
    body: bytes = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)


def post(
    url: str,
    body: bytes,
    *,
    headers: Mapping[str, str],
    seconds: float = SECONDS,
    most_bytes: int = MOST_BYTES,
) -> Reply:
    """POSTs `body`; the whole exchange takes at most `seconds` (the look-up of the name apart).

    Raises:
        AddressRefused, NoAnswer.
    """
    return _exchange("POST", url, body, headers, _Limits(seconds, most_bytes))


def get(url: str, *, headers: Mapping[str, str], seconds: float = SECONDS) -> Reply:
    """GETs `url` under the same guard and limits as `post`."""
    return _exchange("GET", url, None, headers, _Limits(seconds, MOST_BYTES))


def signed(secret: str, body: bytes) -> dict[str, str]:
    """The headers by which a partner knows our requests: unix seconds, and an HMAC over both.

    Real time, not the sandbox's: it is compared with the partner's clock.
    """
    stamp = str(int(time.time()))
    return {"X-Timestamp": stamp, "X-Signature": signature(secret, stamp, body)}


def signature(secret: str, stamp: str, body: bytes) -> str:
    """Lower-case hex of HMAC-SHA256(secret, stamp "." body)."""
    return hmac.new(secret.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()


# --- where it may go ------------------------------------------------------------------------------
def check_url(url: str) -> SplitResult:
    """The parts of an address that may be asked; says nothing yet about where its name leads.

    Raises:
        AddressRefused: not http(s), http in production, user-info, a fragment, odd characters.
    """
    if not re.fullmatch(r"[!-\[\]-~]+", url):
        raise AddressRefused("only printable ASCII without backslashes is an address")
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as error:
        raise AddressRefused("not a URL") from error
    if parts.scheme not in _PORTS or not parts.hostname or "@" in parts.netloc or parts.fragment:
        raise AddressRefused("only a plain http(s) address is asked")
    if parts.scheme == "http" and not settings.SANDBOX:
        raise AddressRefused("only https is asked")
    return parts


def is_public(address: str) -> bool:
    """Whether an IP address (not a name) is a place on the open internet."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped is not None:
            return is_public(str(ip.ipv4_mapped))
        if any(ip in network for network in _DISGUISES):
            return False
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


def _addresses(parts: SplitResult) -> list[str]:
    """Every address of the host, all of them allowed; looked up once."""
    try:
        found = socket.getaddrinfo(
            parts.hostname, parts.port or _PORTS[parts.scheme], type=socket.SOCK_STREAM
        )
    except (OSError, UnicodeError) as error:
        raise NoAnswer("the name can't be looked up") from error
    addresses = list(dict.fromkeys(str(row[4][0]) for row in found))
    if not all(_may_ask(address, parts.scheme) for address in addresses):
        raise AddressRefused("the name leads to an address that is not public")
    return addresses


def _may_ask(address: str, scheme: str) -> bool:
    # The sandbox's gateway and issuer are served by this very site.
    if settings.SANDBOX and ipaddress.ip_address(address.partition("%")[0]).is_loopback:
        return True
    return scheme == "https" and is_public(address)


# --- the exchange ---------------------------------------------------------------------------------
@dataclass(frozen=True)
class _Limits:
    seconds: float
    most_bytes: int


def _exchange(
    method: str, url: str, body: bytes | None, headers: Mapping[str, str], limits: _Limits
) -> Reply:
    parts = check_url(url)
    addresses = _addresses(parts)
    ends = time.monotonic() + limits.seconds
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        connection = _connected(parts, addresses, ends)
        try:
            connection.request(
                method, target, body=body, headers={**headers, "Connection": "close"}
            )
            return _read(connection.getresponse(), limits.most_bytes)
        finally:
            connection.close()
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise NoAnswer(type(error).__name__) from error


def _read(response: http.client.HTTPResponse, most_bytes: int) -> Reply:
    body = response.read(most_bytes + 1)
    if len(body) > most_bytes:
        raise NoAnswer("the answer is too big")
    headers = {name.lower(): value for name, value in response.getheaders()}
    return Reply(response.status, body, headers)


def _connected(parts: SplitResult, addresses: list[str], ends: float) -> http.client.HTTPConnection:
    host = parts.hostname or ""
    port = parts.port or _PORTS[parts.scheme]
    connection = http.client.HTTPConnection(host, port)
    if parts.scheme == "https":
        connection.default_port = _PORTS["https"]  # the Host header then names no port
    for left, address in _counted_down(addresses):
        try:
            plain = socket.create_connection((address, port), timeout=_remaining(ends))
        except OSError:
            if not left:
                raise
        else:
            connection.sock = _Timed(_protected(plain, parts), ends)
            return connection
    raise NoAnswer("the name has no address")


def _counted_down(addresses: list[str]) -> Iterator[tuple[int, str]]:
    return zip(reversed(range(len(addresses))), addresses, strict=True)


def _protected(plain: socket.socket, parts: SplitResult) -> socket.socket:
    if parts.scheme == "http":
        return plain
    try:
        return ssl.create_default_context().wrap_socket(plain, server_hostname=parts.hostname)
    except OSError:
        plain.close()
        raise


def _remaining(ends: float) -> float:
    left = ends - time.monotonic()
    if left <= 0:
        raise TimeoutError("the time is up")
    return left


class _Timed:
    """A socket whose time runs out as a whole: a byte a second does not keep it alive."""

    def __init__(self, inner: socket.socket, ends: float) -> None:
        self._inner = inner
        self._ends = ends

    def sendall(self, data: bytes) -> None:
        self._inner.settimeout(_remaining(self._ends))
        self._inner.sendall(data)

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(_TimedReader(self._inner, self._ends))

    def close(self) -> None:
        self._inner.close()  # the reader's own reference keeps it open until the body is read


class _TimedReader(io.RawIOBase):
    def __init__(self, inner: socket.socket, ends: float) -> None:
        self._inner = inner
        self._raw = inner.makefile("rb", buffering=0)
        self._ends = ends

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int | None:
        self._inner.settimeout(_remaining(self._ends))
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()
