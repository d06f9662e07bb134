"""A form field for amounts: people type yuan, the value is fen."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.lib.money import parse_yuan


class YuanField(forms.CharField):
    """ "48", "48.50" or "¥1,048.50" become fen; anything else is an error at the field."""

    default_error_messages = {"invalid": _("Write an amount such as 48.00.")}

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=16, **options)
        self.widget.attrs |= {"inputmode": "decimal", "autocomplete": "off"}

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        if not text:
            return None
        try:
            return parse_yuan(text)
        except ValueError:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid") from None
