"""Out of the wallet: payout accounts, asking for money, and the two staff above the day's limit."""

import json
from datetime import datetime, timedelta
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from accounts.identity.actions.verification import read_identity
from accounts.identity.models import Record
from accounts.inbox.notify import notify
from accounts.models import User
from marketplace.lib import clock, crypto
from marketplace.lib.errors import Refused, invalid
from marketplace.lib.ids import uuid7
from marketplace.lib.money import Fen
from marketplace.lib.verbs import verb
from orders.escrow import codes, commands, ledger, movements, pledges
from orders.escrow.models import CommandKind, Payout, PayoutAccount, PayoutState

RING, INDEX_RING, KIND = "identity", "identity_index", "payout_account"

USABLE_AFTER = timedelta(hours=72)
SMALLEST = 100  # fen
TOTP_ABOVE = 500_000  # fen in 30 days
TWO_STAFF_ABOVE = 5_000_000  # fen in a day
FEWEST_DIGITS, MOST_DIGITS = 8, 30


# --- Accounts -------------------------------------------------------------------------------------
@verb
def add_account(person_id: UUID, *, number: str, holder: str, by: User) -> PayoutAccount:
    """A bank account in the person's own name; it can be used 72 hours from now.

    Raises:
        Refused: `invalid` (number, or another's name), `level_too_low` before the identity check.
    """
    person = _own(person_id, by)
    digits = "".join(number.split())
    if not (digits.isascii() and digits.isdigit() and FEWEST_DIGITS <= len(digits) <= MOST_DIGITS):
        raise invalid("number", _("This is no account number: 8 to 30 digits."))
    _own_name(person, holder)
    now = clock.now()
    account = _new_account(person, digits, " ".join(holder.split()), now)
    _insert(account)
    _tell_changed(account, f"added:{account.pk}", now)
    return account


def _new_account(person: User, digits: str, holder: str, now: datetime) -> PayoutAccount:
    pk = uuid7()
    mark = crypto.fingerprint(INDEX_RING, f"bank:{digits}".encode())
    return PayoutAccount(
        id=pk,
        owner=person,
        sealed_number=crypto.seal(RING, kind=KIND, id=pk, plaintext=_both(digits, holder)),
        number_key=mark.key_id,
        number_hash=mark.value,
        last4=digits[-4:],
        holder=f"{holder[:1]}*",  # the name is part of an identity: whole only in the envelope
        added_at=now,
        usable_at=now + USABLE_AFTER,
    )


def _insert(account: PayoutAccount) -> None:
    try:
        with transaction.atomic():
            account.save(force_insert=True)
    except IntegrityError:
        raise invalid("number", _("You have added this account already.")) from None


def _own_name(person: User, holder: str) -> None:
    """Money goes only to the person whose name was checked."""
    known = Record.objects.filter(person=person).order_by("-number").first()
    if known is None:
        raise Refused("level_too_low", _("Have your real name checked first."), needed=2)
    name = read_identity(known, by=person, purpose="the holder of a payout account")["name"]
    if "".join(holder.split()).casefold() != "".join(name.split()).casefold():
        raise invalid("holder", _("The account must be in your own checked name."))


@verb
def remove_account(account_id: UUID, *, by: User) -> PayoutAccount:
    """It can't be used any more; payouts on their way to it still arrive."""
    account = _account(by, account_id)
    account.removed_at = clock.now()
    account.save(update_fields=["removed_at"])
    _tell_changed(account, f"removed:{account.pk}", account.removed_at)
    return account


def _tell_changed(account: PayoutAccount, key: str, at: datetime) -> None:
    notify(account.owner, "payout_account_changed", key=key, link="/wallet/", at=at)


def _account(owner: User, account_id: UUID) -> PayoutAccount:
    mine = PayoutAccount.objects.select_for_update(no_key=True, of=("self",))
    account = mine.filter(owner=owner, removed_at=None, pk=account_id).first()
    if account is None:
        raise Refused("not_found", _("You have no such payout account."))
    return account


def _both(digits: str, holder: str) -> bytes:
    return json.dumps([digits, holder]).encode()


def destination(account: PayoutAccount) -> tuple[str, str]:
    """The account's number and its holder's name, for the provider only."""
    sealed = bytes(account.sealed_number)
    number, holder = json.loads(crypto.open_(RING, kind=KIND, id=account.pk, sealed=sealed))
    return number, holder


# --- Payouts --------------------------------------------------------------------------------------
@verb
def ask(person_id: UUID, *, amount: Fen, account: UUID, by: User) -> Payout:
    """Sets `amount` aside and sends it to the person's payout account `account`.

    Above 5,000,000 fen a day it waits for two of our staff. The caller has checked that the person
    proved lately who he is.

    Raises:
        Refused: `not_found`, `payout_account_new` (`usable_at`), `below_minimum`,
            `payout_blocked`, `payout_in_flight`, `totp_required`, `insufficient_funds`.
    """
    person = _own(person_id, by)
    now = clock.now()
    to = _usable(person, account, now)
    if amount < SMALLEST:
        raise Refused("below_minimum", _("Withdraw at least ¥1.00."), minimum=SMALLEST)
    _not_blocked(person, amount)
    _second_factor(person, amount, now)
    payout = Payout.objects.create(
        person=person,
        account=to,
        amount=amount,
        created_at=now,
        needs_two=_asked_since(person, now - timedelta(days=1)) + amount > TWO_STAFF_ABOVE,
    )
    _set_aside(payout, now)
    if not payout.needs_two:
        _send(payout, now)
    return payout


def _set_aside(payout: Payout, now: datetime) -> None:
    purse, promised = codes.wallet(payout.person_id), codes.payout(payout.pk)
    legs = [(purse, -payout.amount), (promised, payout.amount)]
    ledger.post(f"payout:{payout.pk}:reserve", "payout_reserve", legs, by=payout.person, at=now)


def _usable(person: User, account_id: UUID, now: datetime) -> PayoutAccount:
    account = _account(person, account_id)
    if account.usable_at > now:
        sentence = _("This account is new. It can be used 72 hours after it was added.")
        raise Refused("payout_account_new", sentence, usable_at=account.usable_at)
    return account


def _not_blocked(person: User, amount: Fen) -> None:
    purse = codes.wallet(person.pk)
    is_short = ledger.lock(purse)[purse] < amount  # locked first: a case may be opening right now
    case = pledges.case_on(person) if is_short else None
    if case is not None:
        sentence = _("A case is open about this money. It stays here until the decision.")
        raise Refused("payout_blocked", sentence, case=str(case))
    if owed := -ledger.balance(codes.debt(person.pk)):
        sentence = _("You owe money from an earlier refund. Pay that first.")
        raise Refused("payout_blocked", sentence, debt=owed)
    if in_flight(person):
        raise Refused("payout_in_flight", _("Another payout is on its way. Wait for that one."))


def in_flight(person: User) -> bool:
    on_the_way = [PayoutState.RESERVED, PayoutState.SENT]
    return Payout.objects.filter(person=person, state__in=on_the_way).exists()


def _second_factor(person: User, amount: Fen, now: datetime) -> None:
    if _asked_since(person, now - timedelta(days=30)) + amount <= TOTP_ABOVE:
        return
    if not Authenticator.objects.filter(user=person, type=Authenticator.Type.TOTP).exists():
        sentence = _("Above ¥5,000 in 30 days, set up an authenticator app first.")
        raise Refused("totp_required", sentence)


def _asked_since(person: User, since: datetime) -> int:
    """What went out or is going out since then (fen)."""
    gone = Payout.objects.filter(person=person, created_at__gt=since)
    return gone.exclude(state=PayoutState.FAILED).aggregate(total=Sum("amount"))["total"] or 0


def _send(payout: Payout, now: datetime) -> None:
    commands.issue(
        CommandKind.PAYOUT,
        target=payout.pk,
        provider=settings.GATEWAY,
        amount=Fen(payout.amount),
        at=now,
    )


# --- Two staff ------------------------------------------------------------------------------------
@verb
def approve(payout_id: UUID, *, by: User) -> Payout:
    """The first yes is noted, the second, by somebody else, sends the money."""
    payout = _waiting(payout_id, by=by)
    if payout.first_by_id is None:
        payout.first_by = by
    elif payout.first_by_id == by.pk:
        raise Refused("not_your_step", _("A second person has to approve it."))
    else:
        payout.approved_by = by
        _send(payout, clock.now())
    payout.save(update_fields=["first_by", "approved_by"])
    return payout


@verb
def refuse(payout_id: UUID, *, by: User) -> Payout:
    """The money goes back to the wallet, and the person is told."""
    payout = _waiting(payout_id, by=by)
    return movements.payout_back(payout.pk, clock.now())


def _waiting(payout_id: UUID, *, by: User) -> Payout:
    payout = Payout.objects.select_for_update(no_key=True, of=("self",)).get(pk=payout_id)
    if not by.is_staff or by.pk == payout.person_id:
        raise Refused("not_your_step", _("Only staff may do this, and not for themselves."))
    waiting = payout.needs_two and payout.approved_by_id is None
    if not waiting or payout.state != PayoutState.RESERVED:
        raise Refused("wrong_state", _("That is not possible any more."), state=payout.state)
    return payout


def _own(person_id: UUID, by: User) -> User:
    if person_id != by.pk:
        raise Refused("not_found", _("There is no such person."))
    return User.objects.lock(person_id)
