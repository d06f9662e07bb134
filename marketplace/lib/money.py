"""Money is a whole number of fen (1/100 yuan). Nothing here, or anywhere, is a float."""

from typing import NewType

Fen = NewType("Fen", int)

CURRENCY = "CNY"
MOST_DIGITS = 9  # of whole yuan in what a person types
FEN_DIGITS = 2


def yuan(amount: int) -> str:
    """The amount as people read it, in both languages: 4800 → "¥48.00"."""
    sign = "-" if amount < 0 else ""
    whole, cents = divmod(abs(amount), 100)
    return f"{sign}¥{whole:,}.{cents:02}"


def fee(amount: int, bps: int) -> Fen:
    """Fairhand's share of `amount` fen at `bps` basis points; any rest stays with the seller."""
    return Fen(amount * bps // 10_000)


def parse_yuan(text: str) -> Fen:
    """What a person typed ("48", "48.5", "¥1,048.50") as fen; ValueError for anything else."""
    cleaned = text.strip().removeprefix("¥").replace(",", "").strip()
    whole, dot, cents = cleaned.partition(".")
    if not (whole.isascii() and whole.isdigit()) or len(whole) > MOST_DIGITS:
        raise ValueError(text)
    if dot and not (cents.isascii() and cents.isdigit() and len(cents) <= FEN_DIGITS):
        raise ValueError(text)
    return Fen(int(whole) * 100 + int(cents.ljust(FEN_DIGITS, "0") or 0))
