"""The pages of second factors, in the order in which one comes to them; real ceremonies.

The passkeys are those of a virtual authenticator that Chromium itself offers.
"""

import time
from dataclasses import dataclass
from functools import partial

from allauth.mfa.totp.internal import auth as totp
from django.core.cache import cache
from playwright.sync_api import CDPSession, Page

from accounts.models import User
from tests import given
from tests.browser.look import Act, Look, submit

PHONE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@dataclass(frozen=True)
class Phone:
    """What holds somebody’s passkeys, and asks for finger, face or PIN before it uses one."""

    chromium: CDPSession
    pk: str

    def asks_in_vain(self) -> None:
        answer = {"authenticatorId": self.pk, "isUserVerified": False}
        self.chromium.send("WebAuthn.setUserVerified", answer)


def phone(page: Page) -> Phone:
    """A new one, without any passkey, which this page can ask."""
    chromium = page.context.new_cdp_session(page)
    chromium.send("WebAuthn.enable")
    made = chromium.send("WebAuthn.addVirtualAuthenticator", {"options": PHONE})
    return Phone(chromium, made["authenticatorId"])


def add_passkey(page: Page, name: str = "My phone") -> None:
    """On the page for it: this passkey will open the account without a password."""
    page.locator("[name=name]").fill(name)
    page.locator("[name=passwordless]").check()
    with page.expect_navigation():
        page.locator("#mfa_webauthn_add").click()


def code_of(secret: str) -> str:
    return str(totp.format_hotp_value(totp.hotp_value(secret, int(time.time()) // 30)))


def switch_on_the_app(page: Page) -> None:
    secret = page.locator("#authenticator_secret").input_value()
    page.locator("[name=code]").fill(code_of(secret))
    submit(page)


def type_the_password(page: Page, person: User) -> None:
    page.locator("[name=login]").fill(person.email)
    page.locator("[name=password]").fill(given.PASSWORD)
    submit(page)


def prove(page: Page) -> None:
    """Types the password where the site asks who is there before it opens the page."""
    if "/reauthenticate/" in page.url:
        page.locator("[name=password]").fill(given.PASSWORD)
        submit(page)


# --- What is looked at ---------------------------------------------------------------------------
def _own(name: str, path: str, act: Act | None = None) -> Look:
    """A page that opens only to who has proved lately who he is."""

    def proved(page: Page) -> None:
        prove(page)
        if act is not None:
            act(page)

    return Look(name, f"/accounts/2fa/{path}", proved)


def _add_one_with_a_new_phone(page: Page) -> None:
    used = phone(page)
    add_passkey(page)
    used.chromium.detach()  # a window knows one phone at a time


def _go_on(page: Page, words: str) -> None:
    with page.expect_navigation():
        page.locator(f"main a[href$='/{words}/']").first.click()


def _remove(page: Page) -> None:
    _go_on(page, "remove")
    submit(page)


def _switch_on_again(page: Page) -> None:
    cache.clear()  # codes count once, and the second language comes with the same one
    switch_on_the_app(page)


def looks() -> list[Look]:
    """Of somebody without a second factor, who has none again afterwards."""
    return [
        Look("second factor", "/accounts/2fa/"),
        _own("passkey, add", "webauthn/add/"),
        _own("passkey, empty", "webauthn/add/", submit),
        _own("passkey, added", "webauthn/add/", _add_one_with_a_new_phone),
        _own("passkeys", "webauthn/"),
        _own("passkey, rename", "webauthn/", partial(_go_on, words="edit")),
        _own("passkey, remove", "webauthn/", partial(_go_on, words="remove")),
        Look("is it you, passkey", "/accounts/2fa/webauthn/reauthenticate/"),
        _own("passkey, removed", "webauthn/", _remove),
        _own("app, set up", "totp/activate/"),
        _own("app, empty", "totp/activate/", submit),
        _own("app, on", "totp/activate/", _switch_on_again),
        Look("second factor, on", "/accounts/2fa/"),
        Look("is it you, app", "/accounts/2fa/reauthenticate/"),
        _own("recovery codes", "recovery-codes/"),
        _own("recovery codes, new", "recovery-codes/generate/"),
        _own("app, off", "totp/deactivate/"),
        _own("app, switched off", "totp/deactivate/", submit),
    ]


def halfway() -> list[Look]:
    """Of somebody with the app who has shown the password only."""
    person = given.person("Hal", level=0)
    totp.TOTP.activate(person, totp.generate_totp_secret())
    return [
        Look("second step", "/accounts/login/", partial(type_the_password, person=person)),
        Look("second step, empty", "/accounts/2fa/authenticate/", submit),
    ]
