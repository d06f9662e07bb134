"""The adapter for issuers that answer signed JSON: `{number, secret}` in, the card's facts out."""

import json
import logging
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

from marketplace.lib import outbound
from marketplace.lib.money import Fen
from orders.escrow.issuers.protocol import SECONDS, UNKNOWN, Answer, CardQuestion

ANSWERS = ("valid", "redeemed", "invalid")

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class HttpIssuer:
    """Asks `{url}/check/`. The answer: `{"status", "balance": fen or null, "redeemed_at"}`.

    Only a 200 whose fields are all well-formed counts; everything else is `unknown`.
    """

    url: str
    secret: str

    def check(self, question: CardQuestion, *, seconds: float = SECONDS) -> Answer:
        number, secret = question.number.expose(), question.secret.expose()
        body = json.dumps({"number": number, "secret": secret}).encode()
        headers = {"Content-Type": "application/json", **outbound.signed(self.secret, body)}
        try:
            reply = outbound.post(
                f"{self.url.rstrip('/')}/check/", body, headers=headers, seconds=seconds
            )
            return parsed(reply)
        except (outbound.OutboundTrouble, ValueError) as trouble:
            # The kind of trouble only: its words could carry what the issuer echoed.
            logger.warning("issuer %s: no answer (%s)", question.issuer, type(trouble).__name__)
            return UNKNOWN


def parsed(reply: outbound.Reply) -> Answer:
    """Raises ValueError for anything but a well-formed answer."""
    if reply.status != HTTPStatus.OK:
        raise ValueError("not a 200")
    fields = json.loads(reply.body)
    if not isinstance(fields, dict) or fields.get("status") not in ANSWERS:
        raise ValueError("not an answer")
    return Answer(
        fields["status"], _balance(fields.get("balance")), _time(fields.get("redeemed_at"))
    )


def _balance(value: object) -> Fen | None:
    if value is None:
        return None
    if type(value) is not int or not 0 <= value < 2**53:
        raise ValueError("not a balance")
    return Fen(value)


def _time(value: object) -> datetime | None:
    if value is None:
        return None
    if not isinstance(value, str):
        raise ValueError("not a time")  # noqa: TRY004 - what came over the wire, not our bug
    time = datetime.fromisoformat(value)
    if time.tzinfo is None:
        raise ValueError("a time without a zone")
    return time
