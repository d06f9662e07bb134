"""Pure: telephone numbers as they are kept and as they are shown."""

import re

_CHINESE = re.compile(r"1[3-9]\d{9}")
_INTERNATIONAL = re.compile(r"\+[1-9]\d{7,14}")
_PUNCTUATION = re.compile(r"[\s().-]")


def normal(text: str) -> str:
    """“138 0000 1111” and “+86-138-0000-1111” are the same phone: +8613800001111.

    Raises:
        ValueError: it is no telephone number.
    """
    bare = _PUNCTUATION.sub("", text)
    if bare.startswith("00"):
        bare = f"+{bare[2:]}"
    if _CHINESE.fullmatch(bare):
        return f"+86{bare}"
    if _INTERNATIONAL.fullmatch(bare):
        return bare
    raise ValueError("no telephone number")


def masked(phone: str) -> str:
    return f"{phone[:3]}****{phone[-4:]}" if phone else ""
