"""What the page of all components shows: made-up orders, amounts and people."""

from datetime import datetime, timedelta
from typing import Any

ISSUERS = [("sandbox", "Sandbox Cards"), ("orchard", "Orchard Supermarkets")]
MODES = [
    ("issuer", "The issuer confirms the code before anybody is paid"),
    ("buyer_attests", "The buyer tries it within 24 hours"),
]
BADGES = [
    ("PLACED", "Ordered – NOT PAID", "已下单 · 未付款"),
    ("PAID", "Paid – money held by Fairhand", "已付款 · Fairhand 保管中"),
    ("SHIPPED", "Parcel on its way", "运输中 · 款项保管中"),
    ("DELIVERED", "Your code is ready", "卡密已就绪"),
    ("COMPLETED", "Completed", "已完成 · 款项已付给卖家"),
    ("RETURNING", "Return on its way", "退回途中 · 待卖家验货"),
    ("REFUNDED", "Refunded", "已退款"),
    ("DISPUTED", "Case open – money frozen", "争议处理中 · 款项冻结"),
    ("CANCELLED", "Cancelled", "已取消"),
]
RAILS = [
    ("seller", "none", "Ordered. Nothing is paid, so nothing is sent."),
    ("sealed", "held", "The code is sealed and the money is held. Neither side can reach both."),
    ("buyer", "held", "The buyer has the code and tries it. The seller is not paid yet."),
    ("buyer", "seller", "Proven: the lanes have crossed."),
    ("back", "buyer", "Refunded: each side has its own back."),
    ("buyer", "frozen", "A case is open. Nothing moves before it is decided."),
]


def _link(label: str) -> dict[str, Any]:
    return {"label": label, "url": "#content"}


def _post(label: str) -> dict[str, Any]:
    return {"label": label, "url": "#content", "post": True, "key": "k-1", "expected": "PLACED"}


ENDED: list[tuple[str, str, dict[str, Any]]] = [
    ("REFUNDED", "Refunded: ¥48.00.", {}),
    ("DISPUTED", "Case open – money frozen.", {"paused": "Paused while the case is open"}),
    ("CANCELLED", "Cancelled – never paid. Do not send anything.", {}),
]


def slips(now: datetime) -> list[dict[str, Any]]:
    """One slip of each state, with the deadline and the action it would have."""
    due = now + timedelta(minutes=12, seconds=30)
    rows: list[tuple[str, str, dict[str, Any]]] = [
        (
            "PLACED",
            "Ordered – NOT PAID. Pay by 14:32 or the order ends.",
            {"due_at": due, "due_label": "Pay by", "action": _link("Pay ¥48.00")},
        ),
        (
            "PAID",
            "Paid – money held by Fairhand. Deliver by tomorrow, 14:32.",
            {
                "due_at": now + timedelta(hours=23, minutes=10),
                "due_label": "Deliver by",
                "action": _link("Seal the code for this order"),
            },
        ),
        (
            "SHIPPED",
            "Parcel on its way. Money held by Fairhand.",
            {"due_at": now + timedelta(days=9), "due_label": "Expected by"},
        ),
        (
            "DELIVERED",
            "Your code is ready. Reveal it, use it, then confirm.",
            {
                "due_at": now + timedelta(days=6, hours=3),
                "due_label": "Reveal by",
                "action": _post("Reveal the code"),
            },
        ),
        ("COMPLETED", "Completed. The seller has been paid. You can still claim until 8 Dec.", {}),
        *ENDED,
    ]
    rows.insert(-len(ENDED), _returning(now))
    return [{"state": state, "sentence": words, **extra} for state, words, extra in rows]


def _returning(now: datetime) -> tuple[str, str, dict[str, Any]]:
    words = "Return on its way. Your refund waits for the seller's inspection."
    return "RETURNING", words, {"due_at": now - timedelta(minutes=2), "due_label": "Inspect by"}


def timeline(now: datetime) -> list[dict[str, Any]]:
    return [
        {
            "at": now + timedelta(hours=20),
            "actor": "Clock",
            "due": True,
            "sentence": "The time to report a problem ends; the money goes to the seller.",
        },
        {"at": now - timedelta(hours=4), "actor": "You", "sentence": "You revealed the code."},
        {
            "at": now - timedelta(hours=5),
            "actor": "Issuer",
            "mark": "issuer",
            "sentence": "Sandbox Cards confirmed that the code is valid and unused.",
            "facts": "Balance ¥50.00",
        },
        {
            "at": now - timedelta(hours=5, minutes=1),
            "actor": "Fairhand",
            "mark": "fairhand",
            "sentence": "Paid. Fairhand holds the money.",
            "facts": "¥48.00",
        },
        {
            "at": now - timedelta(hours=6),
            "actor": "You",
            "sentence": "Ordered. Nothing is paid yet.",
        },
    ]


def listings() -> list[dict[str, Any]]:
    rows: list[tuple[str, int, str, int, str, str]] = [
        ("Sandbox game card ¥50, unused", 4800, "Sandbox Cards", 5000, "on_sale", ""),
        (
            "果园超市购物卡 100 元,未拆封,可全国使用",
            9300,
            "Orchard Supermarkets",
            10000,
            "on_sale",
            "",
        ),
        ("Coffee coupon", 1250, "Harbour Coffee", 2000, "on_sale", "Far below its value"),
        ("Phone top-up ¥200", 19600, "Lantern Mobile", 20000, "reserved", ""),
        ("Cinema ticket code, any evening until spring", 3900, "Nine Screens", 0, "withdrawn", ""),
    ]
    names = ("title", "price", "issuer", "face_value", "state", "caution")
    return [
        {"url": f"#listing-{place}"} | dict(zip(names, row, strict=True))
        for place, row in enumerate(rows)
    ]


def ledger(now: datetime) -> list[dict[str, Any]]:
    return [
        {"kind": "in", "label": "Order 2026-000117", "url": "#content", "amount": 4752, "at": now},
        {
            "kind": "cooling",
            "label": "Order 2026-000104",
            "amount": 9207,
            "at": now,
            "note": "free in 3 days",
        },
        {"kind": "reserved", "label": "Blocked by a report", "amount": 1238, "at": now},
        {"kind": "out", "label": "Withdrawal", "amount": -20000, "at": now},
    ]


def everything(now: datetime) -> dict[str, Any]:
    return {
        "badges": BADGES,
        "slips": slips(now),
        "rails": RAILS,
        "entries": timeline(now),
        "listings": listings(),
        "ledger": ledger(now),
        "dues": [now + timedelta(days=3), now + timedelta(hours=20), now + timedelta(minutes=40)],
        "past": now - timedelta(minutes=3),
        "long_ago": now - timedelta(days=500),
        "lines": [
            {"label": "Price", "amount": 4800, "who": "Held by Fairhand"},
            {"label": "Fee 1 %", "amount": -48, "who": "Fairhand, when released"},
            {"label": "Blocked", "amount": 4752, "who": "Frozen by a case", "frozen": True},
        ],
        "facts": [
            ("Title", "Card worth ¥50"),
            ("Issuer", "Sandbox Cards"),
            ("Face value", "¥50.00"),
        ],
        "person_facts": ["41 completed sales (not a guarantee)", "Deposit: none"],
        "tabs": [
            {"label": "To pay", "url": "#content", "current": True, "count": 1},
            {"label": "To receive", "url": "#content"},
            {"label": "All", "url": "#content"},
        ],
        "pay": _link("Pay ¥48.00"),
        "confirm": _post("Confirm – pay the seller ¥48.00"),
        "cancel": _link("Cancel"),
        "refund": _post("Refund"),
        "waiting": {"label": "Withdraw", "reason": "You can withdraw from ¥10.00 on."},
    }
