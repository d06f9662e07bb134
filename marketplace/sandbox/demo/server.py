"""A site that answers while the demo is made: its partners are reached over real HTTP."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.core.servers.basehttp import WSGIRequestHandler, WSGIServer
from django.core.wsgi import get_wsgi_application
from django.db import connection


class Quiet(WSGIRequestHandler):
    def log_message(self, *_words: object) -> None:
        """Nobody wants to read these."""


@contextmanager
def answering() -> Iterator[None]:
    """Inside the block the sandbox's partners are on a free loopback port of this process."""
    server = WSGIServer(("127.0.0.1", 0), Quiet)
    server.set_app(get_wsgi_application())
    threading.Thread(target=_serve, args=(server,), daemon=True).start()
    before = settings.SITE_URL
    _move_to(f"http://127.0.0.1:{server.server_port}")
    try:
        yield
    finally:
        _move_to(before)
        server.shutdown()
        server.server_close()


def _serve(server: WSGIServer) -> None:
    """In one thread: a new connection to the database for each request costs more than most do."""
    try:
        server.serve_forever()
    finally:
        connection.close()


def _move_to(url: str) -> None:
    settings.SITE_URL = url
    settings.GATEWAYS["sandbox"]["url"] = f"{url}/sandbox/gateway"
    settings.CARD_ISSUERS["sandbox"]["url"] = f"{url}/sandbox/issuer"
