"""What a log line holds, and above all what it does not."""

import json
import logging
from collections.abc import Callable, Iterator
from io import StringIO
from typing import Any

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as some

from marketplace import logs

Written = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def written() -> Iterator[Written]:
    """Reads back the JSON lines that production would have written."""
    stream = StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs.formatter(json=True))
    logging.getLogger().addHandler(handler)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    logging.getLogger().removeHandler(handler)
    structlog.contextvars.clear_contextvars()


def test_a_line_is_json_with_its_time_level_and_request(written: Written):
    structlog.contextvars.bind_contextvars(request_id="abc-12345")

    structlog.stdlib.get_logger("fairhand").info("listing_published", listing="one")

    (line,) = written()
    assert line["event"] == "listing_published"
    assert line["level"] == "info"
    assert line["request_id"] == "abc-12345"
    assert line["timestamp"].endswith("Z")


@pytest.mark.parametrize(
    "key",
    [
        "number",
        "card_number",
        "secret",
        "code",
        "PIN",
        "new_password",
        "token",
        "Authorization",
        "cookie",
        "document",
        "phone",
        "email",
        "address",
    ],
)
def test_a_secret_is_hidden_by_its_name(written: Written, key: str):
    structlog.stdlib.get_logger("fairhand").info(
        "event", **{key: "plainly"}, inner={key: "plainly"}
    )

    (line,) = written()
    assert line[key] == line["inner"][key] == logs.HIDDEN


@pytest.mark.parametrize(
    "secret",
    [
        "6222021234567890123",
        "6222 0212 3456 7890",
        "ABCD-1234-EFGH-5678",
        "X7K9Q2M4P8",
        "11010519491231002X",
        "13800138000",
        "li@fairhand.shop",
        "Bearer fh_abcdefgh_0123456789abcdef",
    ],
)
def test_a_secret_is_hidden_by_its_shape(written: Written, secret: str):
    logging.getLogger("some.library").warning("it said: %s and went on", secret)

    (line,) = written()
    assert secret not in json.dumps(line)
    assert logs.HIDDEN in line["event"]


def test_a_traceback_tells_no_secret(written: Written):
    try:
        int("the code was ABCD-1234-EFGH-5678")
    except ValueError:
        logging.getLogger("fairhand").exception("broken")

    (line,) = written()
    assert "ABCD-1234" not in json.dumps(line)
    assert "ValueError" in line["exception"]


def test_what_is_needed_to_follow_a_case_is_kept(written: Written):
    person = "0199a8f2-1234-7abc-8def-0123456789ab"

    structlog.stdlib.get_logger("fairhand").info("request", person=person, status=200, ms=12.5)

    (line,) = written()
    assert (line["person"], line["status"], line["ms"]) == (person, 200, 12.5)


def test_one_event_is_one_line(written: Written):
    logging.getLogger("fairhand").warning('first\n{"event": "forged"}')

    assert len(written()) == 1


@given(some.text(max_size=200))
def test_hiding_never_breaks_and_is_done_at_once(text: str):
    once = logs.hide(text)

    assert logs.hide(once) == once
