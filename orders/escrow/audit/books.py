"""R1–R4, R10: the ledger agrees with itself."""

import json
from collections.abc import Iterator

from orders.escrow import chain, codes
from orders.escrow.audit.report import Finding, Scene, rows

REVERSE = "Find out who wrote it; correct it with a transfer under a key `remedy:{id}`."
RESTORE = "Compare with the last backup and the published head; correct it with transfers."


def sums_to_zero(_scene: Scene) -> Iterator[Finding]:
    for (total,) in rows("SELECT sum(amount) FROM escrow_entry HAVING sum(amount) <> 0"):
        yield Finding("R1", "red", "all entries", "0", str(total), RESTORE)


def balances_follow_entries(_scene: Scene) -> Iterator[Finding]:
    found = rows("""
        SELECT a.code, coalesce(e.total, 0), coalesce(e.legs, 0), b.balance, b.version
          FROM escrow_account a
          LEFT JOIN escrow_balance b ON b.account_id = a.id
          LEFT JOIN (SELECT account_id, sum(amount) AS total, count(*) AS legs
                       FROM escrow_entry GROUP BY account_id) e ON e.account_id = a.id
         WHERE (b.account_id IS NULL) <> escrow_unbounded(a.code)
            OR b.balance <> coalesce(e.total, 0)
            OR b.version <> coalesce(e.legs, 0)
            OR b.balance NOT BETWEEN b.lo AND b.hi
            OR CASE WHEN a.code LIKE 'debt:%%' THEN b.hi <> 0 ELSE b.lo <> 0 END
         ORDER BY a.code
    """)
    for code, total, legs, balance, version in found:
        expected, actual = f"{total} after {legs} entries", f"{balance} after {version}"
        yield Finding("R2", "red", code, expected, actual, RESTORE)


def entries_have_their_transfer(_scene: Scene) -> Iterator[Finding]:
    found = rows("""
        SELECT e.transfer_id, e.account_id FROM escrow_entry e
         WHERE NOT EXISTS (SELECT 1 FROM escrow_transfer t WHERE t.id = e.transfer_id)
            OR NOT EXISTS (SELECT 1 FROM escrow_account a WHERE a.id = e.account_id)
    """)
    for transfer, account in found:
        subject = f"entry {transfer}/{account}"
        yield Finding("R2", "red", subject, "a transfer and an account", "missing", RESTORE)


def transfers_are_whole(_scene: Scene) -> Iterator[Finding]:
    found = rows("""
        SELECT t.id, count(e.amount), coalesce(sum(e.amount), 0)
          FROM escrow_transfer t LEFT JOIN escrow_entry e ON e.transfer_id = t.id
         GROUP BY t.id HAVING count(e.amount) < 2 OR coalesce(sum(e.amount), 0) <> 0
    """)
    for transfer, legs, total in found:
        actual = f"{legs} legs, {total}"
        yield Finding("R3", "red", f"transfer {transfer}", "2 legs or more, 0", actual, REVERSE)


def keys_have_their_form(_scene: Scene) -> Iterator[Finding]:
    found = rows(
        """
        SELECT t.id, t.kind, t.key, forms.form
          FROM escrow_transfer t LEFT JOIN json_each_text(%s) AS forms (kind, form)
            ON forms.kind = t.kind
         WHERE forms.form IS NULL OR t.key !~ forms.form
        """,
        json.dumps(codes.KEY_FORMS),
    )
    for transfer, kind, key, form in found:
        expected = form or "a known kind"
        yield Finding("R3", "red", f"transfer {transfer}", expected, f"{kind}: {key}", REVERSE)


def shares_cool_down(scene: Scene) -> Iterator[Finding]:
    """The part of R4 that the ledger knows by itself: maturing accounts and the fund's book."""
    found = rows(
        """
        SELECT a.code, e.net, b.balance, e.matured_at IS NULL
          FROM escrow_account a
          JOIN escrow_balance b ON b.account_id = a.id
          LEFT JOIN escrow_earning e ON a.code = 'maturing:' || e.order_id
         WHERE a.code LIKE 'maturing:%%'
           AND (b.balance > coalesce(e.net, 0)
             OR e.matured_at IS NOT NULL AND b.balance <> 0
             OR e.matured_at IS NULL AND b.balance <> e.net
                AND NOT EXISTS (SELECT 1 FROM escrow_entry x JOIN escrow_transfer t
                                    ON t.id = x.transfer_id AND t.kind IN ('recovery', 'pledge')
                                 WHERE x.account_id = a.id))
        """
    )
    advice = "Run the sweep `mature`; what remains is corrected with a transfer."
    for code, net, balance, cooling in found:
        expected = str(net or 0) if cooling else "0"
        yield Finding("R4", "red", code, expected, str(balance), advice)
    late = rows(
        "SELECT order_id, matures_at FROM escrow_earning"
        " WHERE matured_at IS NULL AND matures_at < %s::timestamptz - interval '15 minutes'",
        scene.now,
    )
    for order, matures_at in late:
        subject = f"maturing:{order}"
        yield Finding("R4", "red", subject, f"mature {matures_at}", "still cooling", advice)


def book_agrees_with_fund(_scene: Scene) -> Iterator[Finding]:
    found = rows(
        """
        SELECT t.key, coalesce(c.amount, 0), -coalesce(e.amount, 0)
          FROM escrow_transfer t
          LEFT JOIN escrow_compensation c ON c.transfer_id = t.id
          LEFT JOIN (escrow_entry e JOIN escrow_account a ON a.id = e.account_id AND a.code = %s)
            ON e.transfer_id = t.id
         WHERE t.kind = 'compensation'
           AND (c.id IS NULL OR c.amount <> -coalesce(e.amount, 0))
        """,
        codes.FUND,
    )
    advice = "Write the missing row of the book, or give the fund back what it did not owe."
    for key, booked, paid in found:
        yield Finding("R4", "red", f"fund, {key}", str(paid), str(booked), advice)


def chain_is_whole(_scene: Scene) -> Iterator[Finding]:
    for broken in chain.verify():
        yield Finding("R10", "red", f"link {broken.seq}", "an unbroken chain", broken.why, RESTORE)
    unlinked = rows("""
        SELECT t.id FROM escrow_transfer t, escrow_head h
         WHERE t.xid < h.horizon
           AND NOT EXISTS (SELECT 1 FROM escrow_link l WHERE l.transfer_id = t.id)
         ORDER BY t.id LIMIT 20
    """)
    for (transfer,) in unlinked:
        subject = f"transfer {transfer}"
        yield Finding("R10", "red", subject, "linked", "came in behind the chain", RESTORE)
