"""A stranger sells a card code and another buys it, in a real browser, by the pages alone."""

import re

import pytest
from django.core.management import call_command
from playwright.sync_api import Error, Page, expect

from listings.models import Listing
from marketplace.sandbox.models import IssuerCard
from orders.models import Order
from orders.states import OrderState
from tests import given
from tests.browser.conftest import Open

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("market", "worker")]

PAID = re.compile("Your code is ready")


def press(page: Page, words: str | re.Pattern[str]) -> None:
    """A button or a link in the middle of the page, by what it says."""
    button = page.get_by_role("button", name=words)
    page.locator("main").locator(button.or_(page.get_by_role("link", name=words))).first.click()


def sell(page: Page, card: IssuerCard, title: str) -> None:
    page.goto("/sell/")
    page.get_by_label("Title").fill(title)
    page.get_by_label("Description").fill("自己买的，没有用过。")
    page.get_by_label("Face value in yuan").fill("50")
    page.get_by_label("Price in yuan").fill("48")
    page.get_by_label("I have read these three sentences.").check()
    press(page, "Publish")
    press(page, "Seal codes")
    page.get_by_label("Card number").fill(card.number)
    page.get_by_label("Code or PIN").fill(card.secret)
    press(page, "Seal the code")
    expect(page.get_by_text("Sealed: the code ending in")).to_be_visible()


def find_and_order(page: Page, word: str) -> None:
    page.goto("/")
    page.get_by_label("What are you looking for?").fill(word)
    press(page, "Search")
    page.locator(".listing-card a").first.click()
    press(page, "Order for ¥48.00")
    press(page, "Order – then pay ¥48.00")
    expect(page.locator(".state-slip")).to_contain_text("Ordered – NOT PAID")


def pay(page: Page) -> None:
    press(page, "Pay ¥48.00")
    expect(page.get_by_role("heading", name="Sandbox: no real money")).to_be_visible()
    press(page, re.compile("^Pay$"))


def wait_for_the_code(page: Page, order: Order) -> None:
    """Reloads, as a person without JavaScript does."""
    for _try in range(50):
        page.goto(order.get_absolute_url())
        if PAID.search(page.locator(".state-slip").inner_text()):
            return
        page.wait_for_timeout(200)
    raise AssertionError(page.locator(".state-slip").inner_text())


def reveal(page: Page) -> None:
    press(page, "Reveal the code")
    press(page, "Reveal the code now")
    expect(page.get_by_role("heading", name="Your code", exact=True)).to_be_visible()


def confirm(page: Page) -> None:
    press(page, "It works – go to Confirm")
    page.get_by_label("I tried it and it works.").check()
    press(page, "Confirm – pay the seller ¥48.00")
    expect(page.locator(".state-slip")).to_contain_text("Completed. The seller has been paid.")


@pytest.mark.parametrize("java_script", [True, False], ids=["as it comes", "without JavaScript"])
def test_a_code_is_sold_and_bought_by_the_pages_alone(open_as: Open, java_script: bool):  # noqa: FBT001
    mei, bo = given.person("Mei"), given.person("Bo", level=0)
    card = given.card()
    seller = open_as(mei, java_script_enabled=java_script)
    buyer = open_as(bo, java_script_enabled=java_script)

    sell(seller, card, "游戏充值卡 50元")
    find_and_order(buyer, "充值")
    pay(buyer)
    wait_for_the_code(buyer, Order.objects.get(buyer=bo))
    reveal(buyer)
    assert card.secret in buyer.locator("#card-secret").inner_text().replace(" ", "")
    confirm(buyer)

    given.skip(72)
    seller.goto("/wallet/")
    expect(seller.locator(".price--main")).to_have_text("¥47.52")
    call_command("audit_ledger")


def test_the_buyer_needs_no_mouse(open_as: Open):
    offer = given.listing(given.person("Mei"))
    given.sealed_code(offer)
    bo = given.person("Bo", level=0)
    page = open_as(bo)

    page.goto(f"{offer.get_absolute_url()}order/")
    by_keys(page, "Order – then pay ¥48.00")
    by_keys(page, "Pay ¥48.00")
    page.wait_for_url("**/sandbox/pay/**")
    by_keys(page, "Pay")
    wait_for_the_code(page, Order.objects.get(buyer=bo))
    by_keys(page, "Reveal the code")
    by_keys(page, "Reveal the code now")
    by_keys(page, "It works – go to Confirm")
    to_the(page, "I tried it and it works.")
    page.keyboard.press("Space")
    by_keys(page, "Confirm – pay the seller ¥48.00")

    expect(page.locator(".state-slip")).to_contain_text("Completed")


def by_keys(page: Page, words: str) -> None:
    before = page.url
    to_the(page, words)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.url != before or page.locator(".code-panel").count()


def to_the(page: Page, words: str) -> None:
    """Presses Tab until the focus is on what says `words`; every stop on the way can be seen."""
    page.locator("body").evaluate("body => (document.activeElement || body).blur()")
    for _stop in range(80):
        page.keyboard.press("Tab")
        assert is_in_sight(page), page.evaluate("document.activeElement.outerHTML")
        if focused_words(page) == words:
            return
    raise AssertionError(f"{words} is out of reach of the keyboard")


def focused_words(page: Page) -> str:
    words: str = page.evaluate(
        """() => { const e = document.activeElement;
            return (e.labels && e.labels.length ? e.labels[0] : e).innerText?.trim() || '' }"""
    )
    return words


def is_in_sight(page: Page) -> bool:
    """Nothing that hangs over the page covers the middle of what has the focus."""
    seen: bool = page.evaluate(
        """() => { const e = document.activeElement; if (e === document.body) return true;
            const b = e.getBoundingClientRect();
            const over = document.elementFromPoint(
                Math.min(innerWidth - 1, b.x + b.width / 2),
                Math.min(innerHeight - 1, b.y + b.height / 2));
            return over !== null && (e.contains(over) || over.contains(e)
                || [...(e.labels || [])].some(label => label.contains(over))) }"""
    )
    return seen


def test_the_code_page_is_never_shown_from_a_cache(open_as: Open):
    offer = given.listing(given.person("Mei"))
    bo = given.person("Bo", level=0)
    order = given.delivered_order(offer, bo)
    page = open_as(bo)

    page.goto(order.get_absolute_url())
    with page.expect_response(lambda answer: answer.request.method == "POST") as shown:
        reveal(page)
    page.goto("/")
    with pytest.raises(Error, match="ERR_CACHE_MISS"):  # it would have to be asked for anew
        page.go_back()

    assert "no-store" in shown.value.headers["cache-control"]
    expect(page.locator("#card-secret")).to_have_count(0)


def test_what_is_sold_is_found_by_two_chinese_letters(open_as: Open):
    offer = given.listing(given.person("Mei"), title="超市购物卡")
    page = open_as(given.person("Bo", level=0))

    page.goto("/search/?q=购物")

    assert Listing.objects.on_sale().count() == 1
    expect(page.locator(".listing-card a")).to_have_attribute("href", offer.get_absolute_url())


def test_the_page_of_a_paid_order_has_no_way_to_confirm(open_as: Open):
    offer, bo = given.listing(given.person("Mei")), given.person("Bo", level=0)
    order = given.paid_order(offer, bo)
    page = open_as(bo)

    page.goto(order.get_absolute_url())

    assert order.state == OrderState.PAID
    assert "/confirm/" not in page.content()
