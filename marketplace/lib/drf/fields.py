"""Fields that take one spelling only: money, whole numbers, moments; and bodies without surprises."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

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


class StrictIntegerField(serializers.IntegerField):
    """A whole number written as one: not "7", 7.0, 1e3 or true."""

    def to_internal_value(self, data: Any) -> int:
        if type(data) is not int:
            self.fail("invalid")
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
                {"amount": [serializers.ErrorDetail(_("Write whole fen."), "bad_type")]}
            )
        if data["currency"] != CURRENCY:
            raise serializers.ValidationError(
                {"currency": [serializers.ErrorDetail(_("Only CNY is used here."), "bad_choice")]}
            )
        if not 0 <= amount <= MOST_FEN:
            code = "min_value" if amount < 0 else "max_value"
            detail = serializers.ErrorDetail(self.error_messages[code], code)
            raise serializers.ValidationError({"amount": [detail]})
        return Fen(amount)

    def to_representation(self, value: Fen) -> dict[str, Any]:
        return money(value)


class MomentField(serializers.DateTimeField):
    """A moment; it goes out in UTC, and comes in with any offset but never without one."""

    def to_internal_value(self, value: Any) -> datetime:  # type: ignore[override] # no dates
        found = _moment(value)
        if found is None:
            self.fail("invalid", format="RFC 3339")
        return found

    def to_representation(self, value: datetime | None) -> str | None:
        return at(value)


def _moment(value: Any) -> datetime | None:
    try:
        found = parse_datetime(value) if isinstance(value, str) else None
        return found.astimezone(UTC) if found is not None and found.tzinfo else None
    except (ValueError, OverflowError):
        return None
