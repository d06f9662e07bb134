"""A browser that fetches pages, follows where it is led, and sends forms; nothing else."""

import http.client
import re
import time
from urllib.parse import urlencode, urlsplit

_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')
_KEY = re.compile(r'name="request_key" value="([0-9a-f-]{36})"')
IDLE_SECONDS = 1.0


class Browser:
    """One connection that stays open, one jar of cookies, and a count of what was asked."""

    def __init__(self, address: str) -> None:
        where = urlsplit(address)
        self.connection = http.client.HTTPConnection(str(where.hostname), where.port, timeout=60)
        self.cookies: dict[str, str] = {}
        self.requests = 0
        self.page = ""
        self.place = ""
        self.asked_at = 0.0

    def get(self, path: str) -> str:
        return self._ask("GET", path, None)

    def post(self, path: str, **fields: str) -> str:
        """Sends a form of the page that was looked at last, with its token."""
        token = _TOKEN.search(self.page)
        fields["csrfmiddlewaretoken"] = token[1] if token else ""
        return self._ask("POST", path, urlencode(fields))

    def field(self) -> str:
        """The key of the form on this page."""
        found = _KEY.search(self.page)
        return found[1] if found else ""

    def _ask(self, method: str, path: str, body: str | None) -> str:
        self.requests += 1
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        if time.monotonic() - self.asked_at > IDLE_SECONDS:
            self.connection.close()  # the server does so after two; it opens again by itself
        self.connection.request(method, path, body, headers)
        answer = self.connection.getresponse()
        words = answer.read().decode()
        self.asked_at = time.monotonic()
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        if answer.status in {301, 302, 303}:
            return self._ask("GET", path_of(answer.headers["Location"]), None)
        if answer.status >= 400:  # noqa: PLR2004
            raise RuntimeError(f"{method} {path}: {answer.status}\n{words[:2000]}")
        self.page, self.place = words, path
        return words

    def until(self, path: str, sign: str, *, seconds: float = 30) -> float:
        """Looks again until the page holds `sign`; answers how long that took."""
        started = time.monotonic()
        while sign not in self.get(path):
            if time.monotonic() - started > seconds:
                raise RuntimeError(f"{path} never said {sign}")
            time.sleep(0.05)
        return time.monotonic() - started


def path_of(address: str) -> str:
    where = urlsplit(address)
    return f"{where.path}?{where.query}" if where.query else where.path
