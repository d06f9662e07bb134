"""The rules in force, each under its own id; their numbers come from the code that they bind."""

from collections.abc import Sequence
from datetime import timedelta

from django.conf import settings
from django.utils.translation import gettext as _

from accounts.policies import LIMITS
from accounts.reauth import FRESH_FOR
from listings.policies import (
    DEPOSIT_LIFTS,
    PROVEN_BY_BUYERS,
    PROVEN_BY_SALES,
    PROVEN_OVER,
    SMALLEST_DEPOSIT,
)
from listings.words import FLAGS
from marketplace.lib.money import Fen, yuan
from marketplace.rule import Rule
from marketplace.rules_of_court import court_rules
from orders import terms
from orders.actions.stock import LEAST_VALIDITY
from orders.escrow import payouts
from orders.escrow.models import Earning

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def rules() -> Sequence[Rule]:
    """Every rule in the reader's language, in the order of a trade."""
    return (
        *(_release(), _cancel(), _sealing(), _report(), *court_rules()),
        *(_flags(), _levels(), _account(), _wallet()),
    )


def rule(rule_id: str) -> Rule | None:
    return next((each for each in rules() if each.id == rule_id), None)


def _release() -> Rule:
    return Rule(
        "orders/release",
        _("When the seller is paid"),
        (
            _("The buyer pays Fairhand. The money is held under the order and belongs to nobody."),
            _("An order that is not paid within {n} minutes ends by itself.").format(
                n=terms.PAY_WITHIN // timedelta(minutes=1)
            ),
            _(
                "The seller is paid when the buyer has revealed the code and confirms, or "
                "{n} hours after the first reveal without a report."
            ).format(n=terms.TRY_WITHIN // HOUR),
            _(
                "A code that nobody reveals for {n} days is checked with its issuer again. The "
                "seller is paid only if it is still valid and whole."
            ).format(n=terms.REVEAL_WITHIN // DAY),
            _("Nobody can confirm before the code has been revealed."),
            _(
                "Fairhand keeps {fee} % of the price. The rest can be withdrawn {n} days later."
            ).format(fee=f"{settings.FEE_BPS / 100:g}", n=Earning.COOL_DOWN // DAY),
        ),
    )


def _cancel() -> Rule:
    return Rule(
        "orders/cancel",
        _("Who can cancel, and what comes back"),
        (
            _("An unpaid order can be cancelled by either side at any time."),
            _(
                "The seller must deliver within {n} hours of the payment. After that the buyer can "
                "cancel alone and gets everything back."
            ).format(n=terms.DELIVER_WITHIN // HOUR),
            _(
                "{n} hours later the money goes back by itself, without anybody asking for it."
            ).format(n=terms.REFUND_UNDELIVERED_AFTER // HOUR),
            _(
                "The seller can cancel a paid order until the code is delivered, which counts "
                "against the seller, and can refund a delivered one in full."
            ),
        ),
    )


def _sealing() -> Rule:
    return Rule(
        "codes/sealing",
        _("What can be sealed and shown"),
        (
            _("A code must be good for {n} more days when it is sealed.").format(
                n=LEAST_VALIDITY.days
            ),
            _("A code that was sealed at Fairhand once can't be sealed again."),
            _(
                "Where the issuer offers a check, only its “valid” with the whole balance lets a "
                "code be sealed, handed over and shown for the first time."
            ),
            _("A code that has been used is never handed over; what was paid goes back."),
        ),
    )


def _report() -> Rule:
    return Rule(
        "codes/report",
        _("A code that does not work"),
        (
            _("A problem can be reported for {n} days, also after confirming.").format(
                n=terms.CLAIM_WITHIN // DAY
            ),
            _(
                "Where the issuer offers a check, it is asked when the code is sealed, handed "
                "over, first revealed and reported. Its answers are kept and shown."
            ),
            _(
                "A code that was used before its first reveal is refunded in full, without the "
                "seller's consent and also after the seller was paid."
            ),
            _(
                "While the issuer is asked the time to try the code stands still. What its answer "
                "does not settle is decided by a person; until then the money stays held."
            ),
        ),
    )


def _flags() -> Rule:
    opening = _("These are refused, or looked at by a person before anybody sees them:")
    return Rule(
        "listings/flags",
        _("What can't stand in a listing"),
        (opening, *(str(sentence) for sentence in FLAGS.values())),
    )


def _account() -> Rule:
    return Rule(
        "people/account",
        _("One person, one account"),
        (
            _("A phone and a name belong to one account, and nobody buys from himself."),
            _("Codes and payouts ask for the password again after {n} minutes.").format(
                n=FRESH_FOR // timedelta(minutes=1)
            ),
            _("While an account is being closed its orders and cases run on; nothing new begins."),
        ),
    )


def _wallet() -> Rule:
    return Rule(
        "money/wallet",
        _("Payouts and deposits"),
        (
            _(
                "{amount} is the least that can be paid out; one payout at a time is on its way."
            ).format(amount=yuan(Fen(payouts.SMALLEST))),
            _("A new payout account can be used after {n} hours.").format(
                n=payouts.USABLE_AFTER // HOUR
            ),
            _("Money that an open case or report is about is not paid out before its end."),
            _("A deposit stays as long as it stands for orders whose time to claim is not over."),
        ),
    )


def _levels() -> Rule:
    return Rule(
        "people/levels",
        _("What each level may do"),
        (
            _("With a confirmed e-mail one order may cost {amount}.").format(
                amount=yuan(LIMITS[0].one_order or 0)
            ),
            _("With a confirmed phone one order may cost {amount}.").format(
                amount=yuan(LIMITS[1].one_order or 0)
            ),
            _("With a checked real name there is no limit to buying, and cards can be sold."),
            _(
                "At the first two levels {first} and {second} orders may be open at once. {unpaid} "
                "unpaid orders at most wait for anybody."
            ).format(
                first=LIMITS[0].live_orders,
                second=LIMITS[1].live_orders,
                unpaid=LIMITS[2].unpaid_orders,
            ),
            _(
                "A seller's open cards may be worth {cap}. A deposit of {deposit} or more lifts "
                "this to {n} times the deposit."
            ).format(
                cap=yuan(settings.NEW_SELLER_CARD_CAP),
                deposit=yuan(SMALLEST_DEPOSIT),
                n=DEPOSIT_LIFTS,
            ),
            _(
                "After {sales} completed sales to {buyers} people over {days} days, without a "
                "lost case, they may be worth {cap} without a deposit."
            ).format(
                sales=PROVEN_BY_SALES,
                buyers=PROVEN_BY_BUYERS,
                days=PROVEN_OVER.days,
                cap=yuan(settings.PROVEN_SELLER_CARD_CAP),
            ),
        ),
    )
