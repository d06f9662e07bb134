"""Which host sent a buyer: its name and a campaign's tag, of the first visit, and nothing else."""

import pytest
from django.test import Client

from orders.came_from import COOKIE

pytestmark = pytest.mark.django_db


def arrive(path: str, referrer: str, client: Client | None = None) -> str:
    browser = client or Client()
    browser.get(path, headers={"referer": referrer} if referrer else {})
    return browser.cookies[COOKIE].value if COOKIE in browser.cookies else ""


@pytest.mark.parametrize(
    ("path", "referrer", "kept"),
    [
        ("/", "https://deals.example/a/b?id=7#x", "deals.example|"),
        ("/?utm_campaign=spring_26", "https://deals.example/", "deals.example|spring_26"),
        ("/?utm_campaign=%3Cscript%3E", "https://deals.example/", "deals.example|script"),
        ("/", "https://user:secret@deals.example:8443/", "deals.example|"),
        ("/", "http://testserver/search/", ""),
        ("/", "", ""),
        ("/", "not an address", ""),
    ],
)
def test_only_the_host_and_a_tidy_tag_are_kept(path, referrer, kept):
    assert arrive(path, referrer) == kept


def test_the_first_visit_counts_and_no_later_one():
    browser = Client()
    arrive("/", "https://first.example/", browser)

    assert arrive("/", "https://second.example/", browser) == "first.example|"
