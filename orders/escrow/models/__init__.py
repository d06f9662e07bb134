"""Every model of the app, so that Django finds them."""

from orders.escrow.models.fund import Cause, ClaimState, Compensation, FundClaim
from orders.escrow.models.gateway import (
    Command,
    CommandKind,
    CommandState,
    EventState,
    GatewayEvent,
    Payment,
    PaymentState,
    Purpose,
    Refund,
    RefundState,
    StrayMoney,
)
from orders.escrow.models.ledger import (
    Account,
    Balance,
    Earning,
    Entry,
    Head,
    Link,
    Transfer,
)
from orders.escrow.models.payouts import Payout, PayoutAccount, PayoutState
from orders.escrow.models.pledges import Forfeit, Pledge
from orders.escrow.models.vault import (
    AnswerStatus,
    Code,
    CodeState,
    IssuerAnswer,
    Reveal,
    Why,
)

__all__ = [
    "Account",
    "AnswerStatus",
    "Balance",
    "Cause",
    "ClaimState",
    "Code",
    "CodeState",
    "Command",
    "CommandKind",
    "CommandState",
    "Compensation",
    "Earning",
    "Entry",
    "EventState",
    "Forfeit",
    "FundClaim",
    "GatewayEvent",
    "Head",
    "IssuerAnswer",
    "Link",
    "Payment",
    "PaymentState",
    "Payout",
    "PayoutAccount",
    "PayoutState",
    "Pledge",
    "Purpose",
    "Refund",
    "RefundState",
    "Reveal",
    "StrayMoney",
    "Transfer",
    "Why",
]
