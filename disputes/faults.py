"""Pure: how a check reads what somebody else published, and names the first thing that is wrong."""

from datetime import datetime
from uuid import UUID


class Fault(Exception):
    """The first thing in a document that does not hold."""


def same(what: str, expected: object, got: object) -> None:
    """Compares by spelling: to Python 1, 1.0 and true are equal, to a reader they are not.

    Raises:
        Fault: they differ.
    """
    if repr(expected) != repr(got):
        shown = [each.hex() if isinstance(each, bytes) else each for each in (expected, got)]
        raise Fault(f"{what} expected={shown[0]} got={shown[1]}")


def read_bytes(text: str, length: int = 32) -> bytes:
    """Lower-case hexadecimal of exactly so many bytes."""
    found = bytes.fromhex(text)
    if len(found) != length or found.hex() != text:
        raise Fault(f"not {length} bytes")
    return found


def read_id(text: str) -> UUID:
    found = UUID(text)
    same("id", str(found), text)
    return found


def read_moment(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    same("time", found.isoformat(), text)
    return found
