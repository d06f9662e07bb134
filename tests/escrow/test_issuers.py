"""The issuer's adapter over real HTTP: the answers it may give, and everything that is none."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import pytest
from pytest_django.fixtures import Settings
from pytest_django.live_server_helper import LiveServer

from marketplace.lib import clock, outbound
from marketplace.lib.money import Fen
from marketplace.sandbox import issuer
from marketplace.sandbox.models import IssuerCard
from orders.escrow import vault
from orders.escrow.issuers.protocol import UNKNOWN, Answer, CardQuestion
from orders.escrow.issuers.registry import ask, ask_about, issuer_for
from orders.escrow.models import IssuerAnswer
from orders.escrow.plain import Plain
from tests.conftest import refused
from tests.escrow import cards, money


@pytest.fixture
def _issuer_up(live_server: LiveServer) -> Iterator[None]:
    with cards.issuer_at(f"{live_server.url}/sandbox/issuer"):
        yield


def about(card: IssuerCard, *, secret: str = "", seconds: float = 5) -> Answer:
    question = CardQuestion("sandbox", Plain(card.number), Plain(secret or card.secret))
    return issuer_for("sandbox").check(question, seconds=seconds)


# --- the sandbox issuer ---------------------------------------------------------------------------
@pytest.mark.usefixtures("_issuer_up")
def test_a_fresh_card_is_valid_with_its_whole_face_value() -> None:
    assert about(issuer.make_card(5_000)) == Answer("valid", balance=Fen(5_000))


@pytest.mark.usefixtures("_issuer_up")
def test_a_used_card_is_redeemed_and_the_issuer_says_when() -> None:
    card = issuer.make_card(5_000)
    at = clock.now() - timedelta(hours=3)
    issuer.redeem(card.number, at=at)

    assert about(card) == Answer("redeemed", balance=Fen(0), redeemed_at=at)


@pytest.mark.usefixtures("_issuer_up")
def test_a_wrong_secret_an_unknown_number_and_an_expired_card_are_invalid() -> None:
    card, old = issuer.make_card(5_000), issuer.make_card(5_000)
    IssuerCard.objects.filter(pk=old.pk).update(expires_on="2020-01-01")

    assert about(card, secret="WRONG222").status == "invalid"
    assert about(IssuerCard(number="1" * 16, secret="AAAA2222")).status == "invalid"
    assert about(old).status == "invalid"


@pytest.mark.usefixtures("_issuer_up")
def test_an_issuer_may_keep_to_itself_when_a_card_was_used() -> None:
    card = issuer.make_card(5_000)
    issuer.redeem(card.number)
    issuer.set_mode("no_time")

    assert about(card) == Answer("redeemed", balance=Fen(0), redeemed_at=None)


@pytest.mark.usefixtures("_issuer_up")
def test_an_issuer_that_is_down_or_slow_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(issuer, "SLOW_SECONDS", 1.0)
    card = issuer.make_card(5_000)

    for mode in ("down", "slow"):
        issuer.set_mode(mode)
        assert about(card, seconds=0.3) == UNKNOWN
    issuer.set_mode("up")

    assert about(card).status == "valid"


@pytest.mark.usefixtures("_issuer_up")
def test_a_question_with_another_partners_signature_gets_no_answer(settings: Settings) -> None:
    card = issuer.make_card(5_000)
    question = CardQuestion("forged", Plain(card.number), Plain(card.secret))
    url = settings.CARD_ISSUERS["sandbox"]["url"]
    settings.CARD_ISSUERS = {**settings.CARD_ISSUERS, "forged": {"url": url, "secret": "wrong"}}

    assert issuer_for("forged").check(question) == UNKNOWN


@pytest.mark.usefixtures("_issuer_up")
def test_an_old_question_sent_again_gets_no_answer(settings: Settings) -> None:
    entry = settings.CARD_ISSUERS["sandbox"]
    stamp = "1700000000"
    signature = outbound.signature(entry["secret"], stamp, b"{}")

    reply = outbound.post(
        f"{entry['url']}/check/", b"{}", headers={"X-Timestamp": stamp, "X-Signature": signature}
    )

    assert reply.status == 400


@pytest.mark.django_db
def test_a_card_is_used_once() -> None:
    card = issuer.make_card(5_000)
    issuer.redeem(card.number)

    with refused("code_redeemed"):
        issuer.redeem(card.number)
    with refused("not_found"):
        issuer.redeem("0000 0000 0000 0000")
    with refused("invalid"):
        issuer.make_card(0)
    with refused("invalid"):
        issuer.set_mode("asleep")


# --- answers that are none ------------------------------------------------------------------------
@contextmanager
def answering(write: Callable[[BaseHTTPRequestHandler], None]) -> Iterator[None]:
    """A server that answers every question by `write`, where the issuer should be."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            write(self)

        def log_message(self, *_: Any) -> None:
            """Says nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        with cards.issuer_at(f"http://127.0.0.1:{server.server_port}"):
            yield
    finally:
        server.shutdown()
        server.server_close()


def body(content: bytes, status: int = 200) -> Callable[[BaseHTTPRequestHandler], None]:
    def write(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        handler.send_header("Location", "http://127.0.0.1:1/")
        handler.end_headers()
        handler.wfile.write(content)

    return write


def said(**fields: Any) -> bytes:
    return json.dumps(fields).encode()


GARBAGE = {
    "nothing": body(b""),
    "no json": body(b"<html>valid</html>"),
    "a list": body(b"[1]"),
    "no status": body(said(balance=5_000)),
    "an odd status": body(said(status="fine", balance=5_000)),
    "a fraction": body(said(status="valid", balance=50.5)),
    "a truth": body(said(status="valid", balance=True)),
    "a text": body(said(status="valid", balance="5000")),
    "below zero": body(said(status="valid", balance=-1)),
    "a huge number": body(said(status="valid", balance=10**30)),
    "an odd time": body(said(status="redeemed", redeemed_at="yesterday")),
    "a time without zone": body(said(status="redeemed", redeemed_at="2026-11-01T10:00:00")),
    "a redirect": body(said(status="valid", balance=5_000), status=307),
    "an error": body(said(status="valid", balance=5_000), status=500),
    "too much": body(said(status="valid", balance=5_000, more="x" * 70_000)),
    "no http": lambda handler: handler.wfile.write(b"valid\r\n\r\n"),
}


@pytest.mark.parametrize("kind", GARBAGE)
def test_anything_but_a_well_formed_answer_is_unknown(
    kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    question = CardQuestion("sandbox", Plain("6011223344556677"), Plain(cards.SECRET))

    with answering(GARBAGE[kind]):
        answer = issuer_for("sandbox").check(question, seconds=3)

    assert answer == UNKNOWN
    assert "6011223344556677" not in caplog.text
    assert cards.SECRET not in caplog.text


def test_a_well_formed_answer_is_taken_as_it_is() -> None:
    question = CardQuestion("sandbox", Plain("6011223344556677"), Plain(cards.SECRET))
    used = "2026-11-01T10:00:00+08:00"

    with answering(body(said(status="redeemed", balance=0, redeemed_at=used))):
        answer = issuer_for("sandbox").check(question, seconds=3)

    assert answer == Answer("redeemed", Fen(0), datetime.fromisoformat(used))


def test_nobody_listening_is_unknown() -> None:
    with cards.issuer_at("http://127.0.0.1:9"):
        assert about(IssuerCard(number="1" * 16, secret="AAAA2222"), seconds=1) == UNKNOWN


@pytest.mark.parametrize("slug", ["orchard", "unheard-of"])
def test_an_issuer_without_a_check_is_never_taken_for_a_yes(slug: str) -> None:
    question = CardQuestion(slug, Plain("6011223344556677"), Plain(cards.SECRET))

    assert issuer_for(slug).check(question) == UNKNOWN


# --- what is written down -------------------------------------------------------------------------
@pytest.mark.usefixtures("_issuer_up")
def test_each_answer_about_a_sealed_code_is_kept() -> None:
    card = issuer.make_card(5_000)
    code = cards.sealed(money.person("Wang"), number=card.number, secret=card.secret)

    answer = ask(vault.question(code.pk), why="handover", seconds=5)

    kept = IssuerAnswer.objects.get(code=code, why="handover")
    assert answer.finding(5_000) == "valid"
    assert (kept.status, kept.balance, kept.at) == ("valid", 5_000, answer.at)


@pytest.mark.usefixtures("_issuer_up")
def test_a_card_that_is_not_sealed_yet_is_asked_about_in_any_spelling() -> None:
    card = issuer.make_card(5_000)
    typed = f"{card.number[:4]} {card.number[4:]}"

    answer = ask_about(vault.plain(typed, card.secret.lower()), issuer="sandbox", seconds=5)

    assert answer.status == "valid"
    assert not IssuerAnswer.objects.exists()


@pytest.mark.parametrize(
    ("answer", "finding"),
    [
        (Answer("valid", Fen(5_000)), "valid"),
        (Answer("valid", Fen(4_999)), "balance_differs"),
        (Answer("valid", None), "unknown"),
        (Answer("redeemed", Fen(0)), "redeemed"),
        (Answer("invalid"), "invalid"),
        (UNKNOWN, "unknown"),
    ],
)
def test_only_the_whole_face_value_counts_as_valid(answer: Answer, finding: str) -> None:
    assert answer.finding(5_000) == finding
