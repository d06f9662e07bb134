"""The headers of security.md §8; test_safe_methods.py asks every address for them."""

import re

import pytest

from marketplace.middleware import PERMISSIONS

EXPECTED = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": PERMISSIONS,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}
SITE = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "manifest-src 'self'",
}


def missing(headers) -> list[str]:
    wrong = [name for name, value in EXPECTED.items() if headers.get(name) != value]
    if not re.fullmatch(r"[0-9a-f-]{36}", headers.get("X-Request-Id", "")):
        wrong.append("X-Request-Id")
    policy = headers.get("Content-Security-Policy", "")
    if "default-src 'none'" not in policy or "frame-ancestors 'none'" not in policy:
        wrong.append("Content-Security-Policy")
    if "Server" in headers:
        wrong.append("Server")
    return wrong


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/", "/search/?q=card", "/accounts/login/", "/no-such-page/"])
def test_a_page_runs_no_script_and_takes_no_style_but_ours(client, path):
    policy = client.get(path).headers["Content-Security-Policy"]

    assert set(policy.split("; ")) == SITE


@pytest.mark.django_db
def test_an_answer_of_the_api_may_load_nothing_at_all(client):
    policy = client.get("/api/v1/status/").headers["Content-Security-Policy"]

    assert policy == "default-src 'none'; frame-ancestors 'none'"


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["put", "patch", "delete"])
@pytest.mark.parametrize("path", ["/", "/orders/", "/health/"])
def test_an_undeclared_method_is_refused_and_told_which_are_taken(admin_client, path, method):
    answer = getattr(admin_client, method)(path)

    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]
    assert missing(answer.headers) == []


@pytest.mark.django_db
def test_signing_out_empties_the_browser(admin_client):
    answer = admin_client.post("/accounts/logout/")

    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
