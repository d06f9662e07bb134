"""A refusal of what was typed, shown at the field it is about."""

from collections.abc import Iterator
from contextlib import contextmanager

from django import forms

from marketplace.lib.errors import Refused


@contextmanager
def told(form: forms.Form) -> Iterator[None]:
    """A refusal inside the block becomes an error of the form; the page is then shown again."""
    try:
        yield
    except Refused as refused:
        errors = refused.facts.get("errors") or [{"pointer": "", "detail": refused.message}]
        for error in errors:
            field = error["pointer"].strip("/")
            form.add_error(field if field in form.fields else None, str(error["detail"]))
