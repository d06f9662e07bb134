"""Two pictures beside each other in a real browser: both panes move together, keys do as links."""

import pytest
from playwright.sync_api import Page, expect

from disputes import case_sweeps
from disputes.actions import evidence
from disputes.models import Case
from tests.browser.conftest import Open
from tests.browser.court import shown
from tests.disputes import world

pytestmark = pytest.mark.browser

TOP = "pane => pane.scrollTop / (pane.scrollHeight - pane.clientHeight)"


@pytest.fixture
def case(market: str) -> Case:
    found = world.filed()
    shown(found, "buyer")
    shown(found, "seller")
    evidence.submit(found.pk, by=found.buyer, item=world.text())
    case_sweeps.make_copies()
    return found


@pytest.fixture
def page(open_as: Open, case: Case) -> Page:
    opened = open_as(case.buyer)
    opened.goto(f"{case.get_absolute_url()}compare/?zoom=400")
    return opened


def test_both_panes_show_the_same_part(page: Page):
    first, second = page.locator("[data-pane]").all()

    first.evaluate("pane => { pane.scrollTop = (pane.scrollHeight - pane.clientHeight) / 2 }")

    page.wait_for_function("() => document.querySelectorAll('[data-pane]')[1].scrollTop > 0")
    assert second.evaluate(TOP) == pytest.approx(first.evaluate(TOP), abs=0.02)


def test_minus_makes_both_smaller_and_keeps_the_focus(page: Page):
    page.locator("#view-seller").focus()

    page.keyboard.press("-")

    expect(page.locator(".viewer__picture--200")).to_have_count(2)
    expect(page.locator("#view-seller")).to_be_focused()
