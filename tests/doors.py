"""A person's two ways in: the pages, in a browser that signed in, and the API, with a token.

The page of a refusal shows the very sentence that the API gives as `detail`, under the same status;
`Doors.refused` asks both, so that a stop is never proved at one door only.
"""

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from html.parser import HTMLParser
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.test import Client

from accounts.actions.tokens import MOST_DAYS, SCOPES, create_token
from accounts.models import User
from marketplace.lib.errors import STATUS
from orders.models import Order
from tests import given
from tests.api.client import Answer, Api, in_process

# What the page of a step is called where the API calls it otherwise.
PAGES = {"report-code": "problem"}

Fields = Mapping[str, Any]
NOTHING: Fields = {}


@dataclass
class Form:
    action: str
    fields: dict[str, str] = field(default_factory=dict)


class FormReader(HTMLParser):
    """The forms that a page posts, each with what it carries unseen."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.is_inside = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        facts = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.is_inside = facts.get("method", "").lower() == "post"
            if self.is_inside:
                self.forms.append(Form(facts.get("action", "")))
        elif tag == "input" and facts.get("type") == "hidden" and self.is_inside:
            self.forms[-1].fields[facts["name"]] = facts.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.is_inside = False


@dataclass(frozen=True)
class Page:
    status: int
    source: str

    @property
    def text(self) -> str:
        """What a person reads, in one line."""
        body = re.sub(r"<(script|style|svg)\b.*?</\1>", " ", self.source, flags=re.DOTALL)
        return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())

    def form(self, action: str) -> dict[str, str]:
        """The unseen fields of the form that goes to `action`; none when there is no such form."""
        forms = FormReader(self.source).forms
        return next((form.fields for form in forms if form.action == action), {})


class Browser:
    """Somebody at the pages, signed in through the log-in page."""

    def __init__(self, user: User, *, from_elsewhere: str = "") -> None:
        self.client = Client(enforce_csrf_checks=True)
        self.client.get("/", headers={"referer": from_elsewhere} if from_elsewhere else {})
        page = self.send("/accounts/login/", login=user.email, password=given.PASSWORD)
        assert SESSION_KEY in self.client.session, page.text

    def get(self, path: str, **headers: str) -> Page:
        response = self.client.get(path, headers=headers, follow=True)
        return Page(response.status_code, response.content.decode())

    def send(self, path: str, *, action: str = "", **typed: Any) -> Page:
        """Opens the page, fills its form, sends it, and follows to where it leads.

        `action` is where a form goes that does not go back to its own page. Where a page offers no
        such form the bare fields are sent: a stop must hold against those, too.
        """
        shown = self.get(path)
        hidden = shown.form(action) or shown.form(path)
        return self.push(action or path, **{**hidden, **typed})

    def push(self, path: str, **fields: Any) -> Page:
        """Sends fields to an address, whatever its page shows."""
        token = self.client.cookies["csrf"].value
        fields = {"csrfmiddlewaretoken": token, **fields}
        response = self.client.post(path, fields, follow=True)
        return Page(response.status_code, response.content.decode())


class Doors:
    """One person at both doors."""

    def __init__(self, user: User) -> None:
        self.user = user

    @cached_property
    def page(self) -> Browser:
        return Browser(self.user)

    @cached_property
    def api(self) -> Api:
        _token, value = create_token(
            self.user.pk, name="test", scopes=list(SCOPES), by=self.user, days=MOST_DAYS
        )
        return Api(in_process()).signed_in(value)

    def in_session(self, path: str) -> Answer:
        """A POST to the API from the signed-in browser: what no token may do."""
        browser = self.page.client
        headers = {"X-CSRFToken": browser.cookies["csrf"].value}
        return Api(in_process(browser)).post(path, {}, headers=headers)

    def prove(self) -> None:
        """Types the password once more, at both doors; a reveal asks for it."""
        self.page.send("/accounts/reauthenticate/", password=given.PASSWORD)
        assert self.api.post("/me/reauth/", {"password": given.PASSWORD}).status < 300

    def refused(
        self, order: Order, step: str, code: str, *, typed: Fields = NOTHING, **body: Any
    ) -> Answer:
        """The step is refused at both doors, for this reason and with this sentence.

        `typed` is what only the page's form asks for, `body` what both take.
        """
        answer = self.api.post(f"/orders/{order.pk}/{step}/", body)
        assert (answer.status, answer["code"]) == (STATUS[code], code)
        page = self.page.send(address(order, step), **{**body, **typed})
        assert (page.status, answer["detail"] in page.text) == (STATUS[code], True), page.text
        return answer

    def take(
        self, order: Order, step: str, door: str, *, typed: Fields = NOTHING, **body: Any
    ) -> Order:
        """Takes the step through one of the doors ("page" or "api"); it must succeed."""
        if door == "api":
            answer = self.api.post(f"/orders/{order.pk}/{step}/", body)
            assert answer.status < 300, answer.raw
        else:
            page = self.page.send(address(order, step), **{**body, **typed})
            assert page.status == 200, page.text
        return given.again(order)


def address(order: Order, step: str = "") -> str:
    """The page of an order, or of one of its steps."""
    return f"{order.get_absolute_url()}{PAGES.get(step, step)}{'/' if step else ''}"
