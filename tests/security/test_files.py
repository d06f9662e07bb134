"""Private files: unreadable where they lie, readable through their row alone, served with care."""

from pathlib import Path
from uuid import uuid4

import pytest
from django.core.files.storage import storages
from django.test import RequestFactory
from pytest_django.fixtures import Settings

from marketplace.lib import crypto, files, rings
from marketplace.lib.rings import KeyUnknown
from tests.conftest import refused

EXHIBIT = uuid4()


@pytest.fixture(autouse=True)
def _own_keys(settings: Settings, tmp_path: Path) -> None:
    settings.KEYS = tmp_path / "keys"


def place(stored: files.Stored) -> Path:
    return Path(storages["private"].path(f"{stored.ref[:2]}/{stored.ref}"))


def envelope(stored: files.Stored) -> bytes:
    return files.seal_key(stored, kind="exhibit-file", id=EXHIBIT)


def test_a_file_is_read_as_it_was_put():
    stored = files.put(b"a photo of the card")

    assert files.read(stored) == b"a photo of the card"


def test_on_the_disk_lies_nothing_that_can_be_read_and_nobody_else_may_try():
    stored = files.put(b"a photo of the card" * 100)

    assert b"photo" not in place(stored).read_bytes()
    assert place(stored).stat().st_mode & 0o077 == 0
    assert place(stored).parent.stat().st_mode & 0o077 == 0


def test_the_same_file_put_twice_has_nothing_in_common():
    one, two = files.put(b"the same"), files.put(b"the same")

    assert one.ref != two.ref
    assert place(one).read_bytes() != place(two).read_bytes()


def test_a_file_changed_on_the_disk_is_never_shown():
    stored = files.put(b"a photo")
    changed = bytearray(place(stored).read_bytes())
    changed[-1] ^= 1
    place(stored).write_bytes(changed)

    with pytest.raises(crypto.Tampered):
        files.read(stored)


def test_a_file_put_in_the_place_of_another_is_never_shown():
    stored, other = files.put(b"a photo"), files.put(b"another")
    place(stored).write_bytes(place(other).read_bytes())

    with pytest.raises(crypto.Tampered):
        files.read(files.Stored(stored.ref, other.key))


def test_a_file_cut_off_is_never_shown():
    stored = files.put(b"a photo")
    place(stored).write_bytes(b"")

    with pytest.raises(crypto.Tampered):
        files.read(stored)


def test_a_file_opens_with_the_envelope_of_its_own_row_only():
    stored = files.put(b"a photo")
    sealed = envelope(stored)

    assert files.opened(stored.ref, kind="exhibit-file", id=EXHIBIT, sealed=sealed) == b"a photo"
    with refused("internal"):
        files.opened(stored.ref, kind="exhibit-file", id=uuid4(), sealed=sealed)


def test_a_new_key_of_the_ring_touches_no_file():
    stored = files.put(b"a photo")
    first = envelope(stored)
    before = place(stored).stat().st_mtime_ns
    rings.add_key("file")

    second = crypto.rewrap("file", sealed=first)
    rings.remove_key("file", crypto.key_id(first))

    assert files.opened(stored.ref, kind="exhibit-file", id=EXHIBIT, sealed=second) == b"a photo"
    assert place(stored).stat().st_mtime_ns == before
    with pytest.raises(KeyUnknown):
        files.opened(stored.ref, kind="exhibit-file", id=EXHIBIT, sealed=first)


def test_a_file_that_is_gone_is_told_of():
    stored = files.put(b"a photo")
    sealed = envelope(stored)
    place(stored).unlink()

    with refused("internal") as caught:
        files.opened(stored.ref, kind="exhibit-file", id=EXHIBIT, sealed=sealed)

    assert "damaged" in str(caught.value)


# --- serving --------------------------------------------------------------------------------------
def test_a_private_picture_is_shown_only_where_it_is_asked_for():
    request = RequestFactory().get("/", headers={"Sec-Fetch-Site": "same-origin"})

    answer = files.private_response(request, b"RIFF", name="exhibit-B1")

    assert dict(answer.items()) == {
        "Content-Type": "image/webp",
        "Content-Disposition": 'inline; filename="exhibit-B1.webp"',
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "no-store, private",
    }


@pytest.mark.parametrize("site", ["cross-site", "same-site", "SAME-ORIGIN"])
def test_another_site_embeds_no_private_picture(site: str):
    request = RequestFactory().get("/", headers={"Sec-Fetch-Site": site})

    with refused("not_found"):
        files.private_response(request, b"RIFF", name="exhibit-B1")


@pytest.mark.parametrize("name", ["a\r\nSet-Cookie: x=1", 'a"; filename="b.html', "../../etc", ""])
def test_a_name_that_could_break_the_header_is_a_fault_of_ours(name: str):
    request = RequestFactory().get("/")

    with pytest.raises(AssertionError):
        files.private_response(request, b"RIFF", name=name)
