"""A form field for amounts: people type yuan, the value is fen."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.lib.money import Fen, parse_yuan


class YuanField(forms.Field):
    """ "48", "48.50" or "¥1,048.50" become fen; left empty: None; anything else is an error."""

    default_error_messages = {"invalid": _("Write an amount such as 48.00.")}

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return super().widget_attrs(widget) | {"inputmode": "decimal", "autocomplete": "off"}

    def to_python(self, value: Any) -> Fen | None:
        if value in self.empty_values:
            return None
        try:
            return parse_yuan(str(value))
        except ValueError:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid") from None
