"""Money set aside while a case about settled money is open: out of the purse, not yet anybody's."""

from datetime import datetime
from uuid import UUID

from accounts.models import User
from marketplace.lib.money import Fen
from orders.escrow import codes, ledger
from orders.escrow.codes import AccountCode
from orders.escrow.models import Balance, Earning, Pledge


def set_aside(case: UUID, *, order: UUID, person: User, most: Fen, at: datetime) -> Fen:
    """Sets up to `most` aside, the cooling share of the order first; says how much it was.

    What is not there is not owed by anybody yet: only a decision makes a debt.
    """
    earning = locked_earning(order)
    share, wallet = codes.maturing(order), codes.wallet(person.pk)
    is_cooling = earning is not None and earning.user_id == person.pk and not earning.matured_at
    held = ledger.lock(wallet, *([share] if is_cooling else []))
    from_share = min(held.get(share, Fen(0)), most)
    from_wallet = min(held[wallet], most - from_share)
    if total := from_share + from_wallet:
        legs = [(share, -from_share), (wallet, -from_wallet), (codes.pledge(case), total)]
        ledger.post(f"case:{case}:pledge", "pledge", legs, order=order, case=case, at=at)
        Pledge.objects.create(
            case_id=case,
            order_id=order,
            person=person,
            from_share=from_share,
            from_wallet=from_wallet,
            at=at,
        )
    return Fen(total)


def give_back(case: UUID, *, at: datetime) -> Fen:
    """What is left of the pledge goes home: into the cool-down while that runs, else the wallet."""
    row = Pledge.objects.filter(case_id=case).first()
    if row is None:
        return Fen(0)
    earning = locked_earning(row.order_id)
    pledge, share = codes.pledge(case), codes.maturing(row.order_id)
    wallet = codes.wallet(row.person_id)
    left = ledger.lock(pledge, wallet, *([share] if row.from_share else []))[pledge]
    if left:
        is_cooling = earning is not None and earning.matured_at is None
        to_share = min(left, row.from_share) if is_cooling else 0
        legs = [(pledge, -left), (share, to_share), (wallet, left - to_share)]
        key = f"case:{case}:pledge_back"
        ledger.post(key, "pledge_back", legs, order=row.order_id, case=case, at=at)
    return left


def purse_of(case: UUID | None, person: User) -> list[AccountCode]:
    """The pledge as the first purse to draw on, if it is this person's."""
    is_theirs = case and Pledge.objects.filter(case_id=case, person=person).exists()
    return [codes.pledge(case)] if case and is_theirs else []


def case_on(person: User) -> UUID | None:
    """The case that keeps money of this person aside at this moment, if one does."""
    theirs = {
        codes.pledge(row.case_id): row.case_id for row in Pledge.objects.filter(person=person)
    }
    full = Balance.objects.filter(account__code__in=theirs, balance__gt=0)
    code = full.values_list("account__code", flat=True).first()
    return theirs[AccountCode(code)] if code else None


def locked_earning(order: UUID) -> Earning | None:
    """The order's share, locked before its accounts are, as the cool-down's sweep does it."""
    return Earning.objects.select_for_update(no_key=True).filter(order_id=order).first()
