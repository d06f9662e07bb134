"""The vault: the only module that ever sees a card code in the clear.

Every verb here runs inside its caller's transaction, which has locked the order first. The vault
looks at the ledger itself before it gives anything away: a state that says "paid" is not money.
"""

import hashlib
import json
import logging
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from marketplace.lib import crypto
from marketplace.lib.errors import Refused
from marketplace.lib.when import CHINA
from orders.escrow import movements
from orders.escrow.code_life import locked, locked_free, locked_of, step
from orders.escrow.issuers.protocol import Answer, CardQuestion
from orders.escrow.issuers.registry import write_down
from orders.escrow.marks import already_known, fresh_mark
from orders.escrow.models import (
    AnswerStatus,
    Code,
    CodeState,
    Payment,
    Purpose,
    Reveal,
    Transfer,
    Why,
)
from orders.escrow.plain import Plain, PlainCard, read
from orders.escrow.rejections import said

KIND = "code"
logger = logging.getLogger(__name__)


class VaultTampered(Exception):
    """A code's envelope is not the one that was sealed for its row. It is never shown."""


@dataclass(frozen=True)
class Revealed:
    """A code in the clear, for one answer to its buyer; prints hidden. `nth` counts the looks."""

    number: str = field(repr=False)
    secret: str = field(repr=False)
    nth: int
    at: datetime


# --- sealing --------------------------------------------------------------------------------------
def plain(number: str, secret: str) -> PlainCard:
    """What a seller typed, normalised and hidden from here on.

    Raises:
        Refused: `invalid` at `number` or `secret`; the refusal repeats nothing of them.
    """
    return read(number, secret)


def seal_code(  # noqa: PLR0913 - a code has this many facts
    *,
    seller: User,
    listing_id: UUID,
    issuer: str,
    number: str,
    secret: str,
    face_value: int,
    expires_on: date | None,
    order_id: UUID | None,
    answer: Answer,
    at: datetime,
) -> Code:
    """Seals a code whose issuer gave `answer` into the stock, or for the (locked) order that waits.

    An order that has a code already is not given a second one: the code goes into the stock.
    `face_value` is in fen; `expires_on` None: never.

    Raises:
        Refused: `code_already_known`, whoever sealed it first and however it was typed; `invalid`.
    """
    card = plain(number, secret)
    if order_id is not None and Code.objects.of_order(order_id).exists():
        order_id = None
    code = Code(
        seller=seller,
        listing_id=listing_id,
        order_id=order_id,
        issuer=issuer,
        face_value=face_value,
        expires_on=expires_on,
        sealed_at=at,
        answer=answer.status,
        checked_at=None if answer.status == AnswerStatus.UNKNOWN else answer.at or at,
    )
    _seal(code, card)
    _insert_once(code)
    write_down(answer, why=Why.SEAL, issuer=issuer, seller_id=seller.pk, code=code, at=at)
    return code


def _insert_once(code: Code) -> None:
    try:
        with transaction.atomic():
            code.save(force_insert=True)
    except IntegrityError as error:
        if "code_sealed_once" not in str(error):
            raise
        raise already_known() from None  # the other sealing won by a moment


def sealed_since(seller: User, since: datetime) -> int:
    return Code.objects.filter(seller=seller, sealed_at__gt=since).count()


# --- asking the issuer ----------------------------------------------------------------------------
def question(code_id: UUID) -> CardQuestion:
    """What to ask the issuer about a sealed code. Opens it, in memory only.

    Raises:
        VaultTampered, rings.KeyTrouble.
    """
    return _question(Code.objects.get(pk=code_id))


def question_of(order_id: UUID) -> CardQuestion:
    """The same about the code of an order.

    Raises:
        Refused: `not_delivered`, when it has none; VaultTampered, rings.KeyTrouble.
    """
    return _question(_handed_over(Code.objects.of_order(order_id).first()))


def _question(code: Code) -> CardQuestion:
    card = _open(code)
    return CardQuestion(code.issuer, card.number, card.secret, code)


# --- from the stock to the buyer ------------------------------------------------------------------
def take(
    order_id: UUID, *, listing_id: UUID, at: datetime, face_value: int | None = None
) -> Code | None:
    """The code that is now in question for the order: its own, or the oldest free one in stock.

    None when there is nothing to hand over. Taking again, after a silent issuer or a crash, gives
    the same code; two orders never get the same one.
    `face_value` (fen) leaves out stock of another value.
    """
    code = locked_of(order_id)
    if code is None:
        code = locked_free(listing_id, today=at.astimezone(CHINA).date(), face_value=face_value)
    if code is None or code.state not in {CodeState.SEALED, CodeState.CHECKING}:
        return None
    if code.state == CodeState.SEALED:
        step(code, "take", order_id=order_id)
    code.attempts += 1
    code.save(update_fields=["attempts"])
    return code


def _handed_over(code: Code | None) -> Code:
    if code is None:
        raise Refused("not_delivered", _("The code has not been handed over yet."))
    return code


def assign(code_id: UUID, *, order_id: UUID, at: datetime) -> Code:
    """Makes the code ready for the buyer; the caller has the issuer's yes, or needs none.

    Raises:
        Refused: `not_paid` when the ledger holds nothing for the order; `wrong_state`.
    """
    code = locked(code_id, order_id)
    if movements.holds(order_id) <= 0:
        # Ms. Li and Ms. Wang gave codes away for orders that nobody had paid.
        raise Refused("not_paid", _("The buyer has not paid. Your code stays sealed."))
    yes = code.answers.filter(order_id=order_id, why=Why.HANDOVER, status=AnswerStatus.VALID)
    checked = yes.order_by("-at").first()
    return step(
        code,
        "assign",
        assigned_at=at,
        handover_answer=checked.status if checked else "",
        handover_checked_at=checked.at if checked else None,
    )


def reject(code_id: UUID, *, why: str, at: datetime) -> Code:
    """The issuer refused it at the hand-over; the order is free for another code.

    `why` is the finding: `redeemed`, `invalid` or `balance_differs`.
    """
    return step(
        locked(code_id),
        "reject",
        ended_at=at,
        handover_answer=said(why),
        handover_checked_at=at,
    )


def put_back(order_id: UUID, *, at: datetime) -> Code | None:  # noqa: ARG001 - as every verb
    """The order ended before its code was seen: back to the stock. None when it had none.

    Raises:
        Refused: `wrong_state`, when the code has been revealed or burnt.
    """
    code = locked_of(order_id)
    if code is None:
        return None
    return step(
        code,
        "put_back",
        order_id=None,
        attempts=0,
        assigned_at=None,
        handover_answer="",
        handover_checked_at=None,
    )


def burn(order_id: UUID, *, at: datetime) -> Code | None:
    """The order was refunded: its code is never shown or sold again, however often that is said."""
    code = locked_of(order_id)
    return step(code, "burn", ended_at=at) if code and code.state != CodeState.BURNT else code


def withdraw(code_id: UUID, *, at: datetime) -> Code:
    """The seller takes an unassigned code out [Wang]; its data key and text are destroyed.

    The fingerprint stays: a code that left the vault may have been seen by anybody.

    Raises:
        Refused: `wrong_state`.
    """
    return step(locked(code_id), "withdraw", sealed=b"", ended_at=at)


# --- the only way out -----------------------------------------------------------------------------
def reveal(order_id: UUID, *, by: User, at: datetime, ip: str = "", agent: str = "") -> Revealed:
    """The order's code in the clear, for the buyer whose money was held; the look is logged first.

    Raises:
        Refused: `not_delivered` (the order has no code), `not_found` (not its payer), `not_paid`
            (no money of the order in the ledger), `code_burnt`, `wrong_state` (not assigned).
        VaultTampered, rings.KeyTrouble: nothing is shown, and the log row is not kept either.
    """
    code = _handed_over(locked_of(order_id))
    _is_paid_by(order_id, by)
    if code.state == CodeState.BURNT:
        raise Refused("code_burnt", _("This order was refunded; its code is not shown again."))
    nth = code.reveals.count() + 1 if code.first_revealed_at else 1
    step(code, "reveal", first_revealed_at=code.first_revealed_at or at)
    Reveal.objects.create(
        order_id=order_id,
        code=code,
        by=by,
        at=at,
        ip=ip or None,
        agent_hash=hashlib.sha256(agent.encode()).hexdigest() if agent else "",
        nth=nth,
    )
    card = _open(code)
    return Revealed(card.number.expose(), card.secret.expose(), nth, at)


def _is_paid_by(order_id: UUID, by: User) -> None:
    """Reads the ledger, not the order: the money lies in its hold or was released to the seller."""
    if not Payment.objects.filter(purpose=Purpose.ORDER, ref=order_id, payer=by).exists():
        raise Refused("not_found", _("We can't find that."))
    if movements.holds(order_id) > 0:
        return
    if not Transfer.objects.filter(order_id=order_id, kind__in=["release", "split"]).exists():
        raise Refused("not_paid", _("No money is held for this order, so no code is shown."))


# --- envelopes ------------------------------------------------------------------------------------
def _seal(code: Code, card: PlainCard) -> None:
    mark = fresh_mark(card, issuer=code.issuer)
    text = json.dumps([card.number.expose(), card.secret.expose()]).encode()
    code.fingerprint_key, code.fingerprint, code.last4 = mark.key_id, mark.value, card.hint()
    code.sealed = crypto.seal("vault", kind=KIND, id=code.pk, plaintext=text)


def _open(code: Code) -> PlainCard:
    try:
        opened = crypto.open_("vault", kind=KIND, id=code.pk, sealed=code.sealed)
    except crypto.Tampered:
        logger.exception("the code %s does not open", code.pk)
        raise VaultTampered(f"the code {code.pk} does not open") from None
    number, secret = json.loads(opened)
    return PlainCard(Plain(number), Plain(secret))
