"""The court's pages at the desk, as who holds cases and as the second person sees them."""

from uuid import UUID

from django.urls import reverse
from playwright.sync_api import Page

from disputes.models import (
    Case,
    DrawEntry,
    Roster,
    Trouble,
)
from tests.browser.court import Court
from tests.browser.look import Look

WINDOWS = ("holder", "second")
CASES = ("first", "drafted", "escalated", "flagged")
REGISTERS = (Roster, DrawEntry)


def looks(court: Court) -> dict[str, list[Look]]:
    return {"holder": _holder(court), "second": _second(court)}


def send(page: Page) -> None:
    """The form of the page in the middle, as it stands; the theme has forms of its own."""
    form = page.locator(".desk-case form").first
    with page.expect_navigation():
        form.evaluate("form => { form.noValidate = true; form.requestSubmit() }")


def open_everything(page: Page) -> None:
    page.locator(".desk-case").evaluate(
        "box => box.querySelectorAll('details').forEach(each => { each.open = true })"
    )


def _case(case: Case, name: str = "change") -> str:
    return reverse(f"admin:disputes_case_{name}", args=[case.pk])


def _incident(name: str, *args: UUID) -> str:
    return reverse(f"admin:disputes_incident_{name}", args=args)


def _holder(court: Court) -> list[Look]:
    """Ada: two cases are hers, one of which waits for both sides."""
    cases = court.cases
    queue = reverse("admin:disputes_case_changelist")
    return [
        Look("desk", reverse("admin:index")),
        Look("desk, case that is mine", _case(cases["asked"]), open_everything),
        Look("desk, decide, empty", _case(cases["asked"], "decide"), send),
        Look("desk, draft of mine", _case(cases["drafted"]), open_everything),
        Look("desk, my outage", _incident("change", court.outage.pk)),
        Look("desk, second approvals, none", f"{queue}?queue=second"),
        *_registers(),
    ]


def _second(court: Court) -> list[Look]:
    """Ben: much waits for him because Ada can't do it alone."""
    cases = court.cases
    queue = reverse("admin:disputes_case_changelist")
    return [
        Look("desk, second approvals", f"{queue}?queue=second"),
        *(Look(f"desk, case {name}", _case(cases[name]), open_everything) for name in CASES),
        Look("desk, reviewers", _case(cases["escalated"], "reviewers")),
        Look("desk, reviewers, none", _case(cases["asked"], "reviewers")),
        Look("desk, outage, empty", _incident("add"), send),
        Look("desk, outage of another", _incident("change", court.outage.pk)),
    ]


def _registers() -> list[Look]:
    """Lists of the court, and one row of the theme's own kind."""
    names = [f"disputes_{model._meta.model_name}" for model in REGISTERS]  # noqa: SLF001
    lists = [Look(f"desk, list of {name}", reverse(f"admin:{name}_changelist")) for name in names]
    row = reverse("admin:disputes_trouble_change", args=[Trouble.objects.latest("at").pk])
    return [*lists, Look("desk, a trouble", row)]
