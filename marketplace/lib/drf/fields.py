"""Fields that take one spelling only: money, whole numbers, moments; bodies without surprises."""

import base64
import binascii
import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from marketplace.lib.errors import Refused
from marketplace.lib.money import CURRENCY, Fen

MOST_FEN = 2**53 - 1  # what every JSON reader can hold exactly


def at(moment: datetime | None) -> str | None:
    """RFC 3339 in UTC with milliseconds: 2026-11-23T14:32:00.000Z."""
    if moment is None:
        return None
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def money(amount: int) -> dict[str, Any]:
    return {"amount": amount, "currency": CURRENCY}


class Shown(serializers.Serializer[Any]):
    """What an answer holds: an allow-list of fields, filled from a row or a dict."""


class StrictSerializer(serializers.Serializer[Any]):
    """A body in which every name must be known; it writes nothing, verbs do."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping):
            self._only_known(data)
        return super().to_internal_value(data)

    def _only_known(self, data: Mapping[str, Any]) -> None:
        known = {name for name, field in self.fields.items() if not field.read_only}
        unknown = sorted(str(name) for name in data.keys() - known)
        if unknown:
            raise Refused(
                "unknown_field",
                _("There is a field that is not known here."),
                errors=[
                    {"pointer": _pointer(name), "code": "unknown_field", "detail": _("Not known.")}
                    for name in unknown[:20]
                ],
            )


def _pointer(name: str) -> str:
    """RFC 6901; a name that nobody chose by mistake is cut."""
    return "/" + name[:60].replace("~", "~0").replace("/", "~1")


_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_TURNING = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c")
_LINES = "\n\r\t"


class TextField(serializers.CharField):
    """A text; controls and turned writing are refused, not stripped. `lines` lets breaks in."""

    def __init__(self, *, lines: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.lines = lines

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        if any(_is_forbidden(letter, _LINES if self.lines else "") for letter in data):
            self.fail("invalid")
        return super().to_internal_value(data)


def _is_forbidden(letter: str, breaks: str) -> bool:
    odd = unicodedata.category(letter) in {"Cc", "Cs", "Co"}
    return letter in _TURNING or (odd and letter not in breaks)


class SecretField(serializers.CharField):
    """Taken as it is typed, never shown, never trimmed."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(write_only=True, trim_whitespace=False, **kwargs)

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class AddressField(serializers.EmailField):
    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data).lower()


class OneOfField(serializers.ChoiceField):
    """A choice in its own spelling: the string, or the number, as it is listed."""

    def to_internal_value(self, data: Any) -> Any:
        if type(data) not in (str, int) or data not in self.choices:
            raise serializers.ValidationError(_("None of the choices."), "invalid_choice")
        return data


class YesNoField(serializers.BooleanField):
    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid", input="")
        return data


class IdField(serializers.UUIDField):
    """A UUID in its usual spelling."""

    def to_internal_value(self, data: Any) -> UUID:
        if not isinstance(data, str) or not _UUID.fullmatch(data):
            self.fail("invalid", value="")
        return UUID(data)


class DayField(serializers.DateField):
    """A day: 2027-06-30."""

    def to_internal_value(self, value: Any) -> Any:
        if not isinstance(value, str) or len(value) != len("2027-06-30"):
            self.fail("invalid", format="YYYY-MM-DD")
        return super().to_internal_value(value)


class StrictIntegerField(serializers.IntegerField):
    """A whole number written as one: not "7", 7.0, 1e3 or true."""

    def to_internal_value(self, data: Any) -> int:
        if type(data) is not int:
            raise serializers.ValidationError(_("Write a whole number."), "bad_type")
        return super().to_internal_value(data)


class MoneyField(serializers.Field[Fen, Any, dict[str, Any], Any]):
    """`{"amount": 4800, "currency": "CNY"}`: whole fen."""

    default_error_messages = {
        "bad_type": _("Write an amount as a whole number of fen, and its currency."),
        "bad_choice": _("Only CNY is used here."),
        "min_value": _("An amount is not below zero."),
        "max_value": _("No amount is as large as that."),
    }

    def to_internal_value(self, data: Any) -> Fen:
        if not isinstance(data, Mapping) or data.keys() != {"amount", "currency"}:
            self.fail("bad_type")
        amount = data["amount"]
        if type(amount) is not int:
            raise serializers.ValidationError(
                {"amount": [_detail(_("Write whole fen."), "bad_type")]}
            )
        if data["currency"] != CURRENCY:
            raise serializers.ValidationError(
                {"currency": [_detail(_("Only CNY is used here."), "bad_choice")]}
            )
        if not 0 <= amount <= MOST_FEN:
            code = "min_value" if amount < 0 else "max_value"
            detail = _detail(self.error_messages[code], code)
            raise serializers.ValidationError({"amount": [detail]})
        return Fen(amount)

    def to_representation(self, value: Fen) -> dict[str, Any]:
        return money(value)


def _detail(sentence: object, code: str) -> serializers.ErrorDetail:
    return serializers.ErrorDetail(str(sentence), code)


class PictureField(serializers.Field[bytes, Any, str, Any]):
    """The bytes of a JPEG, PNG or WebP in base64."""

    default_error_messages = {
        "bad_type": _("Write the picture in base64."),
        "bad_format": _("This is no base64."),
    }

    def to_internal_value(self, data: Any) -> bytes:
        if not isinstance(data, str):
            self.fail("bad_type")
        try:
            return base64.b64decode(data, validate=True)
        except (binascii.Error, ValueError):
            self.fail("bad_format")

    def to_representation(self, value: bytes) -> str:
        return base64.b64encode(value).decode()


class MomentField(serializers.DateTimeField):
    """A moment; it goes out in UTC, and comes in with any offset but never without one."""

    def to_internal_value(self, value: Any) -> datetime:
        found = _moment(value)
        if found is None:
            self.fail("invalid", format="RFC 3339")
        return found

    def to_representation(self, value: datetime) -> str:
        return at(value) or ""


def _moment(value: Any) -> datetime | None:
    try:
        found = parse_datetime(value) if isinstance(value, str) else None
        return found.astimezone(UTC) if found is not None and found.tzinfo else None
    except (ValueError, OverflowError):
        return None
