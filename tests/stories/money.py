"""The money at the end of a story: every purse of both people, to the fen."""

from dataclasses import dataclass

from django.core.management import call_command

from accounts.models import User
from marketplace.sandbox.models import SandboxTransfer
from orders.escrow import codes, movements, wallet
from orders.escrow.audit.report import rows
from orders.escrow.models import Payment, PaymentState, Refund
from orders.models import Order

PAID_FOR = (PaymentState.CAPTURED, PaymentState.PARTLY_REFUNDED, PaymentState.REFUNDED)


@dataclass(frozen=True)
class Purses:
    """In fen. `back` is what the provider has really sent back to the buyer's bank."""

    paid: int = 0
    held: int = 0
    back: int = 0
    buyer: int = 0
    cooling: int = 0
    seller: int = 0
    deposit: int = 0
    debt: int = 0


def purses(order: Order) -> Purses:
    """Where the order's money is now; the ledger must be clean in every rule."""
    call_command("audit_ledger", verbosity=0)
    sold = wallet.wallet_of(order.seller)
    return Purses(
        paid=sum(
            Payment.objects.filter(ref=order.pk, state__in=PAID_FOR).values_list(
                "amount", flat=True
            )
        ),
        held=movements.holds(order.pk),
        back=sent_back(order),
        buyer=wallet.wallet_of(order.buyer).withdrawable,
        cooling=sold.cooling,
        seller=sold.withdrawable,
        deposit=sold.deposit,
        debt=sold.debt,
    )


def sent_back(order: Order) -> int:
    """What left the provider's account for the buyer's bank."""
    refunds = Refund.objects.filter(order_id=order.pk).values_list("payment_id", flat=True)
    sent = SandboxTransfer.objects.filter(kind="refund", payment__ref__in=map(str, refunds))
    return sum(sent.values_list("amount", flat=True))


def ever_got(person: User) -> list[str]:
    """Every movement of the person's purses, by kind; none when no fen ever reached them."""
    return [wallet.line(entry).kind for entry in wallet.entries(person)]


def in_fund() -> int:
    found = rows(
        "SELECT coalesce(sum(e.amount), 0) FROM escrow_entry e"
        " JOIN escrow_account a ON a.id = e.account_id WHERE a.code = %s",
        codes.FUND,
    )
    return int(found[0][0])
