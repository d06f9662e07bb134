"""What people write about a code never holds the code: the vault knows what to take out."""

import re
from uuid import UUID

from marketplace.lib.codeshape import MASK, Plain, Span, masked, plain
from marketplace.lib.rings import KeyTrouble
from orders.escrow import marks, vault
from orders.escrow.models import Code
from orders.escrow.plain import FEWEST_LETTERS, MOST_LETTERS

MOST_GROUPS = 8  # a code may be typed in so many pieces
FEWEST_COMPARED = 6
_APART = re.compile(r"[^a-z0-9]{4}")


def without_code_of(order_id: UUID, text: str) -> str:
    """The text without the code of this order, however spaced, and without anything of its shape.

    A code of letters alone has no shape: only who knows it can find it.
    """
    return _masked(spans_of_code(order_id, text), text)


def spans_of_code(order_id: UUID, text: str) -> list[Span]:
    """Where the code of this order, and any other sealed here, stands in the text."""
    code = Code.objects.of_order(order_id).values_list("pk", flat=True).first()
    own = _spans(code, text) if code is not None else []
    return [*own, *_of_anybody(plain(text))]


def _spans(code_id: UUID, text: str) -> list[Span]:
    try:
        card = vault.question(code_id)
    except (vault.VaultTampered, KeyTrouble):
        return []
    parts = (card.number.expose(), card.secret.expose())
    return [span for part in parts for span in _places(text, part)]


def _places(text: str, code: str) -> list[Span]:
    """Wherever the code is, with up to three signs between any two of its own; width is no hiding
    place, nor are letters that can't be seen."""
    signs = [re.escape(sign) for sign in plain(code).text if sign.isalnum()]
    if len(signs) < FEWEST_LETTERS:
        return []
    read = plain(text)
    pattern = r"[\W_]{0,3}".join(signs)
    return [read.span(*found.span()) for found in re.finditer(pattern, read.text)]


def _of_anybody(read: Plain) -> list[Span]:
    """A sealed code of another order: rows of letters and digits are compared by their marks."""
    rows = _rows(read.text)
    try:
        sealed = marks.sealed_among(set(rows.values())) if rows else set()
    except KeyTrouble:
        return []
    return [read.span(*span) for span, identity in rows.items() if identity in sealed]


def _rows(text: str) -> dict[Span, bytes]:
    groups = [found.span() for found in re.finditer(r"[a-z0-9]+", text)]
    rows: dict[Span, bytes] = {}
    for first, (start, _end) in enumerate(groups):
        for _start, end in groups[first : first + MOST_GROUPS]:
            letters = "".join(filter(str.isalnum, text[start:end]))
            if len(letters) > MOST_LETTERS or _APART.search(text[start:end]):
                break
            if len(letters) >= FEWEST_COMPARED and not letters.isalpha():
                rows[start, end] = letters.upper().encode()
    return rows


def _masked(spans: list[Span], text: str) -> str:
    letters = list(text)
    for start, end in spans:
        letters[start:end] = MASK * (end - start)
    return masked("".join(letters))
