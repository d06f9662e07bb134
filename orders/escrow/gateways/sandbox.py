"""The sandbox's provider, spoken to as a real one would be: signed JSON over HTTP."""

import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from http import HTTPStatus
from typing import Any

from marketplace.lib import outbound
from marketplace.lib.money import Fen
from marketplace.lib.signing import BadSignature, sign, verify
from orders.escrow.gateways.protocol import (
    Asked,
    Done,
    Event,
    Intent,
    Line,
    Outcome,
    Refused,
    Unknown,
)


class SandboxGateway:
    def __init__(self, name: str, facts: Mapping[str, str]) -> None:
        self.name = name
        self.merchant = facts["merchant"]
        self._url = facts["url"].rstrip("/")
        self._secret = facts["secret"]

    def create_payment(
        self, *, key: str, ref: str, amount: Fen, expires_at: datetime, return_url: str
    ) -> Intent | Refused | Unknown:
        answer = self._ask(
            "payments",
            key=key,
            ref=ref,
            amount=amount,
            expires_at=expires_at.isoformat(),
            return_url=return_url,
        )
        if isinstance(answer, Unknown):
            return answer
        if "pay_url" in answer:
            return Intent(str(answer["id"]), str(answer["pay_url"]))
        outcome = _outcome(answer)
        return Unknown("no page to pay on") if isinstance(outcome, Done) else outcome

    def close_payment(self, *, key: str, ref: str) -> Outcome:
        return self._outcome("payments/close", key=key, ref=ref)

    def refund(self, *, key: str, payment_ref: str, amount: Fen) -> Outcome:
        return self._outcome("refunds", key=key, payment_ref=payment_ref, amount=amount)

    def payout(self, *, key: str, destination: str, holder: str, amount: Fen) -> Outcome:
        return self._outcome(
            "payouts", key=key, destination=destination, holder=holder, amount=amount
        )

    def query(self, *, kind: Asked, ref: str) -> Outcome:
        return self._outcome("query", kind=kind, ref=ref)

    def parse(self, headers: Mapping[str, str], body: bytes) -> Event:
        verify(self._secret, headers, body)
        try:
            return _event(json.loads(body))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise BadSignature("not a message") from error

    def statement(self, day: date) -> Iterable[Line]:
        answer = self._ask("statement", day=day.isoformat())
        if isinstance(answer, Unknown):
            raise OSError(answer.reason)
        return [_line(row) for row in answer["lines"]]

    def _outcome(self, verb: str, **facts: Any) -> Outcome:
        answer = self._ask(verb, **facts)
        return answer if isinstance(answer, Unknown) else _outcome(answer)

    def _ask(self, verb: str, **facts: Any) -> dict[str, Any] | Unknown:
        body = json.dumps({"merchant": self.merchant, **facts}).encode()
        try:
            reply = outbound.post(f"{self._url}/{verb}/", body, headers=self._headers(body))
            answer = json.loads(reply.body)
        except (outbound.OutboundTrouble, ValueError) as error:
            return Unknown(f"{verb}: {type(error).__name__}")
        if reply.status != HTTPStatus.OK or not isinstance(answer, dict):
            return Unknown(f"{verb}: status {reply.status}")
        return answer

    def _headers(self, body: bytes) -> dict[str, str]:
        return {"Content-Type": "application/json", **sign(self._secret, body)}


def _outcome(answer: Mapping[str, Any]) -> Outcome:
    match answer:
        case {"status": "done", "id": str(ref), "amount": int(amount)}:
            return Done(ref, Fen(amount))
        case {"status": "refused", "reason": str(reason), "final": bool(final)}:
            return Refused(reason, final=final)
    return Unknown(f"answer {str(answer.get('status'))[:40]}")


def _event(told: Mapping[str, Any]) -> Event:
    amount = told.get("amount")
    if amount is not None and (type(amount) is not int or not 0 <= amount < 10**15):
        raise ValueError("amount")
    return Event(
        event_id=_text(told["id"], 80),
        kind=_text(told["type"], 20),
        ref=_text(told.get("ref"), 80),
        capture_ref=_text(told.get("capture"), 80),
        amount=None if amount is None else Fen(amount),
        currency=_text(told.get("currency"), 3),
        merchant=_text(told.get("merchant"), 40),
        body=told,
    )


def _text(value: object, longest: int) -> str:
    """A short plain word; a message with anything else in its place is no message."""
    if value is None:
        return ""
    if not isinstance(value, str) or len(value) > longest or "\0" in value:
        raise ValueError("text")
    return value


def _line(row: Mapping[str, Any]) -> Line:
    return Line(
        kind=str(row["kind"]),
        ref=str(row["ref"]),
        provider_ref=str(row["id"]),
        amount=Fen(int(row["amount"])),
        at=datetime.fromisoformat(str(row["at"])),
    )
