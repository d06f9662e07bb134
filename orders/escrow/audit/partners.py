"""R5–R9, R11: the ledger agrees with payments, commands, and with what the provider says."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from django.conf import settings

from orders.escrow.audit.report import Finding, Scene, rows
from orders.escrow.gateways.protocol import Line
from orders.escrow.gateways.registry import gateway

ASK = "Ask the provider by our reference; book what it says with a transfer."
LOOK = "Look at the queue of intents and at the worker; nothing is lost while the row is there."


def captures_have_their_transfer(_scene: Scene) -> Iterator[Finding]:
    found = rows("""
        SELECT p.id, p.state, p.amount, t.kind, e.amount
          FROM escrow_payment p
          LEFT JOIN escrow_transfer t ON t.key = 'payment:' || p.id || ':captured'
          LEFT JOIN escrow_entry e ON e.transfer_id = t.id AND e.amount > 0
         WHERE p.state IN ('CAPTURED', 'PARTLY_REFUNDED', 'REFUNDED')
               AND (e.amount IS DISTINCT FROM p.amount
                 OR t.kind <> CASE p.purpose WHEN 'order' THEN 'hold' ELSE 'deposit_in' END)
            OR p.state NOT IN ('CAPTURED', 'PARTLY_REFUNDED', 'REFUNDED') AND t.id IS NOT NULL
    """)
    for payment, state, amount, kind, booked in found:
        actual = f"{kind or 'nothing'} {booked or 0}"
        yield Finding("R5", "red", f"payment {payment}", f"{state} {amount}", actual, ASK)


def captures_have_their_payment(_scene: Scene) -> Iterator[Finding]:
    found = rows("""
        SELECT t.key FROM escrow_transfer t
         WHERE t.kind IN ('hold', 'deposit_in')
           AND NOT EXISTS (SELECT 1 FROM escrow_payment p
                            WHERE t.key = 'payment:' || p.id || ':captured')
    """)
    for (key,) in found:
        yield Finding("R5", "red", key, "a payment", "none", ASK)


def strays_have_their_transfer(_scene: Scene) -> Iterator[Finding]:
    found = rows("""
        SELECT s.id, s.amount, e.amount
          FROM escrow_straymoney s JOIN escrow_gatewayevent v ON v.id = s.event_id
          LEFT JOIN escrow_transfer t
            ON t.key = 'event:' || v.provider || ':' || v.event_id || ':stray'
          LEFT JOIN escrow_entry e ON e.transfer_id = t.id AND e.amount > 0
         WHERE e.amount IS DISTINCT FROM s.amount
    """)
    for stray, amount, booked in found:
        yield Finding("R5", "red", f"stray {stray}", str(amount), str(booked or 0), ASK)


def promises_are_kept(_scene: Scene) -> Iterator[Finding]:
    """What is reserved for the provider is there as long as its command is open, and no longer."""
    found = rows("""
        WITH promise AS (
          SELECT 'refund:' || id AS code, id, amount, 'refund' AS kind FROM escrow_refund
          UNION ALL SELECT 'payout:' || id, id, amount, 'payout' FROM escrow_payout
        )
        SELECT p.code, coalesce(c.state, 'no command'), p.amount, coalesce(b.balance, -1),
               EXISTS (SELECT 1 FROM escrow_transfer t
                        WHERE t.key IN (p.code || ':sent', p.code || ':late')),
               EXISTS (SELECT 1 FROM escrow_transfer t
                        WHERE t.key IN (p.code || ':turned', p.code || ':back'))
          FROM promise p
          LEFT JOIN escrow_command c ON c.target = p.id AND c.kind = p.kind
          LEFT JOIN escrow_account a ON a.code = p.code
          LEFT JOIN escrow_balance b ON b.account_id = a.id
    """)
    for code, state, amount, balance, sent, back in found:
        if not _kept(state, amount, balance, sent=sent, back=back):
            booked = "sent" if sent else "back" if back else "neither sent nor back"
            actual = f"{balance} of {amount}, {booked}"
            yield Finding("R6", "red", code, f"command {state}", actual, ASK)


def _kept(state: str, amount: int, balance: int, *, sent: bool, back: bool) -> bool:
    if state == "OK":
        return balance == 0 and sent
    if state == "FAILED":
        return balance == 0 and (back or sent)
    if state == "no command":  # a payout that waits for two staff, or that they refused
        return balance == (0 if back else amount)
    return balance == amount and not sent and not back


def statements(day: date) -> dict[str, list[Line] | str]:
    """What each provider says of the day and the ones beside it; a word where it can't be had."""
    told: dict[str, list[Line] | str] = {}
    for provider in settings.GATEWAYS:
        try:
            days = [day + timedelta(days=shift) for shift in (-1, 0, 1)]
            told[provider] = [line for each in days for line in gateway(provider).statement(each)]
        except OSError as error:
            told[provider] = f"{error}"
    return told


def statement_agrees(scene: Scene) -> Iterator[Finding]:
    if scene.day is None:
        return
    for provider, lines in scene.statements.items():
        if isinstance(lines, str):
            yield Finding("R7", "amber", provider, "a statement", lines, "Ask for it again.")
            continue
        yield from _compare(provider, lines, scene.day)


def _compare(provider: str, lines: Iterable[Line], day: date) -> Iterator[Finding]:
    """By reference: what happened on that day in either book has the same sum in both."""
    theirs: dict[str, int] = defaultdict(int)
    ours: dict[str, int] = defaultdict(int)
    named = set()
    for line in lines:
        theirs[line.ref] += line.amount
        if line.at.date() == day:
            named.add(line.ref)
    for ref, amount, on_day in _booked(provider, day):
        ours[ref] += amount
        if on_day:
            named.add(ref)
    for ref in sorted(named):
        if theirs[ref] != ours[ref]:
            yield Finding("R7", "red", f"{provider} {ref}", str(theirs[ref]), str(ours[ref]), ASK)


def _booked(provider: str, day: date) -> list[tuple[str, int, bool]]:
    """Our gateway entries around the day (UTC), each under the reference the provider knows."""
    found = rows(
        """
        SELECT CASE WHEN t.kind = 'stray_in' THEN v.ref
                    WHEN t.kind IN ('hold', 'deposit_in') THEN split_part(t.key, ':', 2)
                    ELSE split_part(t.key, ':', 1) || ':' || split_part(t.key, ':', 2) END,
               -e.amount, (t.effective_at AT TIME ZONE 'UTC')::date = %s
          FROM escrow_entry e
          JOIN escrow_account a ON a.id = e.account_id AND a.code = %s
          JOIN escrow_transfer t ON t.id = e.transfer_id
          LEFT JOIN escrow_gatewayevent v ON v.provider = %s
           AND t.key = 'event:' || v.provider || ':' || v.event_id || ':stray'
         WHERE t.kind NOT IN ('psp_charge', 'bank_sweep')
           AND (t.effective_at AT TIME ZONE 'UTC')::date BETWEEN %s::date - 1 AND %s::date + 1
        """,
        day,
        f"gateway:{provider}",
        provider,
        day,
        day,
    )
    return [(ref, int(amount), on_day) for ref, amount, on_day in found]


def suspense_is_explained(scene: Scene) -> Iterator[Finding]:
    found = rows("""
        SELECT a.code, coalesce(sum(e.amount), 0),
               (SELECT coalesce(sum(s.amount), 0) FROM escrow_straymoney s
                  JOIN escrow_gatewayevent v ON v.id = s.event_id
                 WHERE s.refund_id IS NULL AND a.code = 'suspense:' || v.provider)
          FROM escrow_account a LEFT JOIN escrow_entry e ON e.account_id = a.id
         WHERE a.code LIKE 'suspense:%%' GROUP BY a.code
    """)
    for code, held, strays in found:
        if held != strays:
            yield Finding("R8", "amber", code, str(strays), str(held), ASK)
    old = rows(
        "SELECT id, amount FROM escrow_straymoney"
        " WHERE refund_id IS NULL AND at < %s::timestamptz - interval '1 day'",
        scene.now,
    )
    for stray, amount in old:
        yield Finding("R8", "amber", f"stray {stray}", "sent back within a day", str(amount), ASK)


_OVERDUE = """
    SELECT 'command ' || key, next_at FROM escrow_command
     WHERE state IN ('NEW', 'SENT', 'UNKNOWN') AND next_at < %(now)s - interval '15 minutes'
    UNION ALL SELECT 'event ' || event_id, next_at FROM escrow_gatewayevent
     WHERE state = 'NEW' AND next_at < %(now)s - interval '15 minutes'
    UNION ALL SELECT 'fund claim ' || id, created_at FROM escrow_fund_claim
     WHERE state = 'WAITING' AND created_at < %(now)s - interval '3 days'
    UNION ALL SELECT 'stuck ' || key, first_sent_at FROM escrow_command WHERE needs_staff
"""


def nothing_is_overdue(scene: Scene) -> Iterator[Finding]:
    for subject, due in rows(_OVERDUE.replace("%(now)s", "%s::timestamptz"), *[scene.now] * 3):
        yield Finding("R9", "amber", subject, f"done by {due}", "waiting", LOOK)


def no_hold_is_old(scene: Scene) -> Iterator[Finding]:
    found = rows(
        """
        SELECT a.code, b.balance, t.effective_at
          FROM escrow_balance b JOIN escrow_account a ON a.id = b.account_id
          JOIN escrow_transfer t ON t.kind = 'hold' AND a.code = 'hold:' || t.order_id
         WHERE b.balance > 0 AND t.effective_at < %s::timestamptz - interval '60 days'
        """,
        scene.now,
    )
    for code, balance, since in found:
        advice = "Ask both sides; the order's own steps move the money."
        yield Finding("R11", "amber", code, "at most 60 days", f"{balance} since {since}", advice)
