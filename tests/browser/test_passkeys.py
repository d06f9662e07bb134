"""Passkeys in a real browser, with the authenticator that Chromium plays: added, used, removed."""

import re

import pytest
from playwright.sync_api import Page, expect

from accounts.inbox.models import Notice
from accounts.models import User
from tests import given
from tests.browser.conftest import Open
from tests.browser.factors import Phone, add_passkey, phone, prove, type_the_password
from tests.browser.look import submit

pytestmark = pytest.mark.browser

HOME = re.compile(r":\d+/$")
AT_THE_DOOR = re.compile("/accounts/(?:login|2fa/authenticate)/")


@pytest.fixture
def li(market: str) -> User:
    return given.person("Li", level=0)


@pytest.fixture
def page(open_as: Open, li: User) -> Page:
    return open_as(li)


@pytest.fixture
def own(page: Page) -> Phone:
    """Li's phone, with a passkey for her account."""
    made = phone(page)
    page.goto("/accounts/2fa/webauthn/add/")
    prove(page)
    add_passkey(page)
    return made


def log_out(page: Page) -> None:
    page.goto("/accounts/logout/")
    submit(page)


def press_passkey(page: Page) -> None:
    page.goto("/accounts/login/")
    page.locator("#passkey_login").click()


def expect_in(page: Page, name: str) -> None:
    page.wait_for_url(HOME)
    page.goto("/me/")
    expect(page.locator("[name=name]")).to_have_value(name)


def expect_nobody_in(page: Page) -> None:
    page.goto("/me/")
    expect(page).to_have_url(AT_THE_DOOR)


def test_a_passkey_alone_opens_the_account(page: Page, own: Phone, li: User):
    log_out(page)

    press_passkey(page)

    expect_in(page, "Li")


def test_a_new_passkey_is_told_to_its_owner(own: Phone, li: User):
    assert Notice.objects.filter(person=li, kind="factor_changed").count() == 1


def test_a_passkey_is_the_second_factor_after_the_password(page: Page, own: Phone, li: User):
    log_out(page)

    page.goto("/accounts/login/")
    type_the_password(page, li)
    expect(page.get_by_role("heading", name="Second factor")).to_be_visible()
    page.locator("#mfa_webauthn_authenticate").click()

    expect_in(page, "Li")


def test_a_phone_in_a_strangers_hands_opens_nothing(page: Page, own: Phone):
    log_out(page)
    own.asks_in_vain()

    press_passkey(page)
    page.wait_for_timeout(1_000)

    expect_nobody_in(page)


def test_a_removed_passkey_opens_nothing(page: Page, own: Phone):
    page.goto("/accounts/2fa/webauthn/")
    page.locator("main a[href$='/remove/']").click()
    submit(page)
    expect(page.locator("main")).to_contain_text("No passkey yet.")
    log_out(page)

    press_passkey(page)

    expect(page.locator("#messages .toast")).to_be_visible()
    expect_nobody_in(page)


def test_another_phone_is_not_the_second_factor(open_as: Open, page: Page, own: Phone, li: User):
    other = open_as(given.person("Bo", level=0))
    phone(other)
    other.goto("/accounts/2fa/webauthn/add/")
    prove(other)
    add_passkey(other)
    log_out(other)

    other.goto("/accounts/login/")
    type_the_password(other, li)
    other.locator("#mfa_webauthn_authenticate").click()
    other.wait_for_timeout(1_000)

    expect_nobody_in(other)
