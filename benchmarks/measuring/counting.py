"""A browser inside the process, which counts the queries of each request that it makes."""

import re
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from benchmarks.measuring.browser import Browser, path_of

_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?<=/pay/)[\w-]{20,}")
# Begin and end of a transaction are part of the statements between them.
_FRAME = re.compile(r"\s*(?:BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE|SET )", re.IGNORECASE)


class Counting(Browser):
    """Asks Django itself; a page that is asked for again while the worker works counts once."""

    def __init__(self, email: str, password: str) -> None:
        super().__init__("http://127.0.0.1:1")
        self.client = Client(headers={"Host": "127.0.0.1"})
        self.counted: list[tuple[str, int]] = []
        self.get("/accounts/login/")
        self.post("/accounts/login/", login=email, password=password)

    def _ask(self, method: str, path: str, body: str | None) -> str:
        with CaptureQueriesContext(connection) as queries:
            answer: Any = self.client.generic(
                method, path, body or "", content_type="application/x-www-form-urlencoded"
            )
        asked = f"{method} {_ID.sub('…', path)}"
        if not self.counted or self.counted[-1][0] != asked:
            self.counted.append((asked, sum(not _FRAME.match(each["sql"]) for each in queries)))
        if answer.status_code in {301, 302, 303}:
            return self._ask("GET", path_of(answer.headers["Location"]), None)
        if answer.status_code >= 400:  # noqa: PLR2004
            raise RuntimeError(f"{asked}: {answer.status_code}\n{answer.text[:2000]}")
        self.page, self.place = answer.text, path
        return self.page
