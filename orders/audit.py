"""What the ledger's audit can't know: which hold an order needs, why one was released."""

from collections.abc import Iterator

from orders.escrow.audit.report import Finding, Scene, register, rows

ASK = "Look at the order's events; put the money where they say with a transfer `remedy:{id}`."


def connect() -> None:
    register("R4", holds_follow_orders)
    register("R4", money_is_frozen_by_open_cases)
    register("R4", nobody_gets_more_than_was_paid)
    register("R4", transfers_of_cases_have_their_step)
    register("R12", releases_have_a_proof)


def holds_follow_orders(_scene: Scene) -> Iterator[Finding]:
    """R4: the price is held from payment to the end, and nothing before or after."""
    found = rows("""
        SELECT o.number, o.state, o.price, coalesce(b.balance, 0)
          FROM orders_order o
          LEFT JOIN escrow_account a ON a.code = 'hold:' || o.id
          LEFT JOIN escrow_balance b ON b.account_id = a.id
         WHERE coalesce(b.balance, 0)
               <> CASE WHEN 'DELIVERED' IN (o.state, o.state_before_case) OR o.state = 'PAID'
                       THEN o.price ELSE 0 END
         ORDER BY o.id
    """)
    for number, state, price, held in found:
        expected = "0" if held else str(price)
        yield Finding("R4", "red", f"hold of order {number} ({state})", expected, str(held), ASK)


def money_is_frozen_by_open_cases(_scene: Scene) -> Iterator[Finding]:
    """R4: while a case is open its hold is frozen, or what was set aside is there; never longer."""
    found = rows("""
        SELECT 'hold of order ' || o.number, o.open_case_id, b.frozen_case
          FROM orders_order o
          JOIN escrow_account a ON a.code = 'hold:' || o.id
          JOIN escrow_balance b ON b.account_id = a.id
         WHERE b.frozen_case IS DISTINCT FROM
               CASE WHEN o.state_before_case = 'DELIVERED' THEN o.open_case_id END
         UNION ALL
        SELECT a.code, NULL, b.frozen_case
          FROM escrow_balance b JOIN escrow_account a ON a.id = b.account_id
         WHERE b.frozen_case IS NOT NULL AND a.code NOT LIKE 'hold:%%'
         UNION ALL
        SELECT a.code, o.open_case_id, p.case_id
          FROM escrow_account a
          JOIN escrow_balance b ON b.account_id = a.id AND b.balance > 0
          LEFT JOIN escrow_pledge p ON a.code = 'pledge:' || p.case_id
          LEFT JOIN orders_order o ON o.id = p.order_id
         WHERE a.code LIKE 'pledge:%%'
           AND (p.id IS NULL OR o.open_case_id IS DISTINCT FROM p.case_id)
    """)
    advice = "Ask the case: if it is over, its end gives the money free."
    for subject, case, frozen in found:
        yield Finding("R4", "red", subject, f"case {case}", f"case {frozen}", advice)


def nobody_gets_more_than_was_paid(_scene: Scene) -> Iterator[Finding]:
    """R4: what the buyer got back, less what a case took from him again, is at most the price."""
    found = rows("""
        SELECT o.number, o.price, r.total - coalesce(f.total, 0) + coalesce(c.total, 0)
          FROM orders_order o
          JOIN (SELECT order_id, sum(amount) AS total FROM escrow_refund GROUP BY order_id) r
            ON r.order_id = o.id
          LEFT JOIN (SELECT order_id, sum(amount) AS total FROM escrow_forfeit GROUP BY order_id) f
            ON f.order_id = o.id
          LEFT JOIN (SELECT order_id, sum(amount) AS total FROM escrow_fund_claim
                      WHERE winner_id IS NULL AND state = 'WAITING'
                         OR winner_id IS NOT NULL AND state = 'REFUSED' GROUP BY order_id) c
            ON c.order_id = o.id
         WHERE r.total - coalesce(f.total, 0) + coalesce(c.total, 0) NOT BETWEEN 0 AND o.price
         ORDER BY o.id
    """)
    for number, price, back in found:
        subject = f"refunds of order {number}"
        yield Finding("R4", "red", subject, f"0 to {price}", str(back), ASK)


def transfers_of_cases_have_their_step(_scene: Scene) -> Iterator[Finding]:
    """R4: a case moves an order's money only as it opens on it, or as it ends."""
    found = rows("""
        SELECT t.id, t.kind, t.case_id FROM escrow_transfer t
         WHERE t.case_id IS NOT NULL AND NOT EXISTS (
               SELECT 1 FROM orders_orderevent e
                WHERE e.order_id = t.order_id AND e.facts ->> 'case' = t.case_id::text
                  AND e.step = CASE t.kind WHEN 'pledge' THEN 'open_case'
                               ELSE 'settle_by_verdict' END)
    """)
    for transfer, kind, case in found:
        subject = f"transfer {transfer} ({kind})"
        yield Finding("R4", "red", subject, f"a step of case {case}", "none", ASK)


def releases_have_a_proof(_scene: Scene) -> Iterator[Finding]:
    """R12: a seller is paid only for a verified code, confirmed or not reported in time."""
    found = rows("""
        SELECT o.number, t.basis
          FROM escrow_transfer t
          JOIN orders_order o ON o.id = t.order_id
         WHERE t.kind = 'release' AND t.case_id IS NULL AND NOT (
               EXISTS (SELECT 1 FROM escrow_code c WHERE c.order_id = o.id
                          AND c.state IN ('ASSIGNED', 'REVEALED', 'BURNT')
                          AND (c.handover_answer = 'valid'
                               OR o.verification_mode = 'buyer_attests'))
               AND (o.confirmed_at IS NOT NULL
                    OR (o.first_revealed_at IS NOT NULL AND o.inspect_due_at <= t.effective_at)
                    OR (o.reveal_due_at <= t.effective_at
                        AND EXISTS (SELECT 1 FROM escrow_issueranswer i
                                     WHERE i.order_id = o.id AND i.why = 'recheck'
                                       AND i.status = 'valid'))))
         ORDER BY t.id
    """)
    for number, basis in found:
        expected = "a verified code, confirmed or not reported in time"
        yield Finding("R12", "red", f"release of order {number}", expected, basis, ASK)
