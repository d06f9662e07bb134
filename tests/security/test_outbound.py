"""The way out: only to public addresses, to the very one looked at, and not for long (A21)."""

import socket
import time
from collections.abc import Iterator
from threading import Thread
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from marketplace.lib import outbound
from marketplace.lib.outbound import AddressRefused, NoAnswer


def post(url: str, **limits: Any) -> outbound.Reply:
    return outbound.post(url, b"{}", headers={}, **limits)


@pytest.fixture
def _production(settings: Settings) -> None:
    settings.SANDBOX = False


@pytest.fixture
def _no_connections(monkeypatch: pytest.MonkeyPatch) -> None:
    def connect(*_: Any, **__: Any) -> None:
        raise AssertionError("it tried to connect")

    monkeypatch.setattr(socket, "create_connection", connect)


INSIDE = [
    "https://127.0.0.1/",
    "https://127.1/",
    "https://2130706433/",
    "https://0x7f000001/",
    "https://0177.0.0.1/",
    "https://localhost/",
    "https://0.0.0.0/",
    "https://10.0.0.1/",
    "https://172.16.0.1/",
    "https://192.168.1.1/",
    "https://100.64.0.1/",
    "https://169.254.169.254/latest/meta-data/",
    "https://224.0.0.1/",
    "https://255.255.255.255/",
    "https://[::1]/",
    "https://[::]/",
    "https://[::ffff:10.0.0.1]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[64:ff9b::a00:1]/",
    "https://[2002:a00:1::]/",
    "https://[2001:0:a00:1::]/",
    "https://[fd00::1]/",
    "https://[fe80::1]/",
    "https://[ff02::1]/",
]


@pytest.mark.asvs("1.3.6")
@pytest.mark.usefixtures("_production", "_no_connections")
@pytest.mark.parametrize("url", INSIDE)
def test_an_address_inside_is_never_asked(url: str) -> None:
    with pytest.raises(AddressRefused):
        post(url)


@pytest.mark.usefixtures("_no_connections")
@pytest.mark.parametrize("url", [url for url in INSIDE if "10." in url or "169" in url])
def test_the_sandbox_opens_the_loopback_and_nothing_else(url: str) -> None:
    with pytest.raises(AddressRefused):
        post(url)


@pytest.mark.usefixtures("_production", "_no_connections")
@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/",
        "ftp://example.com/",
        "file:///etc/passwd",
        "gopher://example.com/",
        "//example.com/",
        "https:///x",
        "https://",
        "https://user@example.com/",
        "https://good.example@10.0.0.1/",
        "https://example.com/#part",
        "https://example.com\\@10.0.0.1/",
        "https://example.com:99999/",
        "https://example.com/\r\nX-More: 1",
        "https://exam ple.com/",
        "https://ex\u00e4mple.com/",
    ],
)
def test_what_is_not_a_plain_https_address_is_refused(url: str) -> None:
    with pytest.raises(AddressRefused):
        post(url)


@pytest.mark.usefixtures("_production", "_no_connections")
def test_one_private_address_among_public_ones_is_enough_to_refuse(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", _resolver(["93.184.215.14", "10.0.0.1"]))

    with pytest.raises(AddressRefused):
        post("https://example.com/")


@pytest.mark.usefixtures("_production")
def test_a_name_is_looked_up_once_and_that_very_address_is_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[str] = []

    def connect(address: tuple[str, int], **_: Any) -> None:
        asked.append(address[0])
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", _resolver(["93.184.215.14"], then=["127.0.0.1"]))
    monkeypatch.setattr(socket, "create_connection", connect)

    with pytest.raises(NoAnswer):
        post("https://rebinding.example/")

    assert asked == ["93.184.215.14"]


def _resolver(first: list[str], *, then: list[str] | None = None) -> Any:
    """A name server that may change its mind after the first question."""
    answers = iter([first])

    def resolve(_host: str, port: int, **_: Any) -> list[Any]:
        return [(2, 1, 6, "", (ip, port)) for ip in next(answers, then or first)]

    return resolve


# --- a real server on the loopback, as in the sandbox ---------------------------------------------
@pytest.fixture
def server() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening


def url_of(server: socket.socket) -> str:
    return f"http://127.0.0.1:{server.getsockname()[1]}/"


def answer_once(server: socket.socket, *pieces: bytes, pause: float = 0) -> Thread:
    def serve() -> None:
        client, _address = server.accept()
        with client:
            client.recv(65_536)
            try:
                for piece in pieces:
                    client.sendall(piece)
                    time.sleep(pause)
            except OSError:
                return  # the other side has gone, as it should

    thread = Thread(target=serve, daemon=True)
    thread.start()
    return thread


def test_an_honest_answer_comes_through(server: socket.socket) -> None:
    answer_once(server, b"HTTP/1.1 201 Created\r\nX-Thing: 1\r\nContent-Length: 2\r\n\r\nok")

    reply = post(url_of(server))

    assert (reply.status, reply.body, reply.headers["x-thing"]) == (201, b"ok", "1")


def test_a_redirect_is_handed_back_and_not_followed(server: socket.socket) -> None:
    answer_once(
        server,
        b"HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/\r\nContent-Length: 0\r\n\r\n",
    )

    assert post(url_of(server)).status == 302


@pytest.mark.parametrize(
    "pieces",
    [
        [b"HTTP/1.1 200 OK\r\n\r\n"] + [b"x"] * 100,
        [b"H"] * 100,
        [b"HTTP/1.1 200 OK\r\n"] + [b"X-Slow: 1\r\n"] * 90,
    ],
    ids=["body", "status", "headers"],
)
def test_a_byte_at_a_time_does_not_keep_us(server: socket.socket, pieces: list[bytes]) -> None:
    answer_once(server, *pieces, pause=0.1)
    began = time.monotonic()

    with pytest.raises(NoAnswer):
        post(url_of(server), seconds=0.5)

    assert time.monotonic() - began < 2


def test_an_answer_over_the_limit_is_none(server: socket.socket) -> None:
    answer_once(server, b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 70_000)

    with pytest.raises(NoAnswer):
        post(url_of(server))


def test_silence_is_no_answer(server: socket.socket) -> None:
    with pytest.raises(NoAnswer):
        post(url_of(server), seconds=0.3)
