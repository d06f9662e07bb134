"""What the ledger's audit can't know: which hold an order needs, why one was released."""

from collections.abc import Iterator

from orders.escrow.audit.report import Finding, Scene, register, rows

ASK = "Look at the order's events; put the money where they say with a transfer `remedy:{id}`."


def connect() -> None:
    register("R4", holds_follow_orders)
    register("R12", releases_have_a_proof)


def holds_follow_orders(_scene: Scene) -> Iterator[Finding]:
    """R4: the price is held from payment to the end, and nothing before or after."""
    found = rows("""
        SELECT o.number, o.state, o.price, coalesce(b.balance, 0)
          FROM orders_order o
          LEFT JOIN escrow_account a ON a.code = 'hold:' || o.id
          LEFT JOIN escrow_balance b ON b.account_id = a.id
         WHERE coalesce(b.balance, 0)
               <> CASE WHEN o.state IN ('PAID', 'DELIVERED') THEN o.price ELSE 0 END
         ORDER BY o.id
    """)
    for number, state, price, held in found:
        expected = str(price) if state in {"PAID", "DELIVERED"} else "0"
        yield Finding("R4", "red", f"hold of order {number} ({state})", expected, str(held), ASK)


def releases_have_a_proof(_scene: Scene) -> Iterator[Finding]:
    """R12: a seller is paid only for a verified code, confirmed or not reported in time."""
    found = rows("""
        SELECT o.number, t.basis
          FROM escrow_transfer t
          JOIN orders_order o ON o.id = t.order_id
         WHERE t.kind = 'release' AND o.settled_by_case IS NULL AND NOT (
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
