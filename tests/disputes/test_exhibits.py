"""Pictures in a case: sealed as they came, seen only as copies, by those who may, everywhere."""

from http import HTTPStatus
from pathlib import Path

import pytest
import zxingcpp
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from accounts.models import User
from disputes.actions import copies, evidence, masking
from disputes.models import Case, Evidence, EvidenceKind
from disputes.sealing import original_of, text_of
from marketplace.lib import rings, rotation
from orders.escrow import vault
from tests import given
from tests.conftest import refused
from tests.disputes import world
from tests.security import pictures

pytestmark = pytest.mark.django_db

QR = zxingcpp.BarcodeFormat.QRCode


@pytest.fixture(autouse=True)
def _own_keys(settings: Settings, tmp_path: Path) -> None:
    settings.KEYS = tmp_path / "keys"


def photo() -> bytes:
    """Taken somewhere, of a card with its QR code."""
    page = pictures.drawn(900, 700)
    page.paste(pictures.code("PIN 8811223344", QR).convert("RGB"), (500, 300))
    exif = pictures.opened(pictures.with_place()).getexif()
    return pictures.saved(page, "JPEG", exif=exif.tobytes(), quality=90)


def shown(case: Case, data: bytes | None = None) -> Evidence:
    """The buyer's photo, with its copy made."""
    item = evidence.Item(kind=EvidenceKind.PICTURE, description="The card", picture=data or photo())
    row = evidence.submit(case.pk, by=case.buyer, item=item)
    copies.make_copy(row.pk)
    return Evidence.objects.select_related("copy").get(pk=row.pk)


def signed_in(person: User) -> Client:
    client = Client(headers={"Sec-Fetch-Site": "same-origin"})
    client.force_login(person)
    return client


def address(name: str, row: Evidence) -> str:
    return reverse(name, args=[row.case_id, row.pk])


def test_a_photo_is_shown_to_the_other_side_without_its_place_and_its_code():
    row = shown(world.filed())

    answer = signed_in(row.case.seller).get(address("exhibit_copy", row))

    assert answer.status_code == HTTPStatus.OK
    assert b"SECRET" not in answer.content
    assert b"EXIF" not in answer.content
    assert not zxingcpp.read_barcodes(pictures.opened(answer.content))


def test_a_private_picture_comes_with_the_headers_of_private_files():
    row = shown(world.filed())

    answer = signed_in(row.case.buyer).get(address("exhibit_copy", row))

    assert answer["Content-Type"] == "image/webp"
    assert answer["Content-Disposition"] == f'inline; filename="exhibit-{row.label}.webp"'
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "no-store" in answer["Cache-Control"]


def test_the_original_stays_as_it_came_and_only_its_owner_has_a_page_for_it():
    data = photo()
    row = shown(world.filed(), data)

    own = signed_in(row.case.buyer).get(address("exhibit_own", row))
    others = signed_in(row.case.seller).get(address("exhibit_own", row))

    assert original_of(row) == data
    assert own.status_code == HTTPStatus.OK
    assert b"SECRET" not in own.content
    assert others.status_code == HTTPStatus.NOT_FOUND


def test_another_site_and_a_stranger_see_no_picture():
    row = shown(world.filed())
    buyer = signed_in(row.case.buyer)

    embedded = buyer.get(address("exhibit_copy", row), headers={"Sec-Fetch-Site": "cross-site"})
    foreign = signed_in(given.person("A Stranger")).get(address("exhibit_copy", row))

    assert embedded.status_code == foreign.status_code == HTTPStatus.NOT_FOUND


def test_what_the_owner_covers_is_black_and_can_not_be_uncovered():
    row = shown(world.filed())
    masking.cover_rectangle(row.pk, by=row.case.buyer, rectangle=(0, 0, 200, 200))
    copies.make_copy(row.pk)
    masking.cover_rectangle(row.pk, by=row.case.buyer, rectangle=(800, 800, 1000, 1000))
    copies.make_copy(row.pk)

    answer = signed_in(row.case.seller).get(address("exhibit_copy", row))

    copy = pictures.opened(answer.content).convert("L")
    assert copy.getpixel((90, 70)) == 0
    assert copy.getpixel((800, 640)) == 0


@pytest.mark.parametrize("name", ["an SVG", "a moving WebP", "a ZIP"])
def test_what_is_no_picture_never_becomes_an_exhibit(name: str):
    case = world.filed()

    with refused("bad_picture"):
        shown(case, pictures.NO_PICTURES[name]())

    assert not case.evidence.filter(kind=EvidenceKind.PICTURE).exists()


@pytest.mark.parametrize("name", ["../../etc/passwd", "a.html", "<script>.jpg", "\u202egpj.exe"])
def test_the_name_of_a_file_is_a_text_and_no_path(name: str):
    case = world.filed()
    sent = {
        "kind": "picture",
        "description": "The card",
        "expected_state": case.state,
        "picture": SimpleUploadedFile(name, photo(), "text/html"),
    }

    answer = signed_in(case.buyer).post(reverse("case_show", args=[case.pk]), sent)

    row = case.evidence.get(kind=EvidenceKind.PICTURE)
    assert answer.status_code == HTTPStatus.FOUND
    assert row.original.count("-") == 4
    assert row.file_name in name
    assert "/" not in row.file_name


def test_a_form_says_what_is_wrong_with_a_picture():
    case = world.filed()
    sent = {
        "kind": "picture",
        "description": "The card",
        "picture": SimpleUploadedFile("a.jpg", pictures.svg(), "image/jpeg"),
    }

    answer = signed_in(case.buyer).post(reverse("case_show", args=[case.pk]), sent)

    assert "This is not a picture that we can read" in answer.content.decode()


# --- keys -----------------------------------------------------------------------------------------
def test_exhibits_are_read_on_after_the_ring_was_turned_over():
    case = world.answered(world.filed())
    data = photo()
    row = shown(case, data)
    old = rings.ring("file").newest.id
    rings.add_key("file")

    rotation.rewrap("file")
    rotation.retire("file", old)

    again = Evidence.objects.select_related("copy").get(pk=row.pk)
    assert original_of(again) == data
    assert copies.picture_of(again.copy)
    assert text_of(case.evidence.get(kind=EvidenceKind.TEXT)) == "It said 0.00 in the app."


def test_a_copy_whose_file_was_damaged_is_not_shown(settings: Settings):
    row = shown(world.filed())
    file = Path(settings.FILES) / row.copy.file[:2] / row.copy.file
    file.write_bytes(file.read_bytes()[:-1])

    answer = signed_in(row.case.buyer).get(address("exhibit_copy", row))

    assert answer.status_code == HTTPStatus.INTERNAL_SERVER_ERROR
    assert answer["Content-Type"] != "image/webp"


# --- texts ----------------------------------------------------------------------------------------
def code_of(case: Case) -> tuple[str, str]:
    card = vault.question_of(case.order_id)
    return card.number.expose(), card.secret.expose()


def copy_of(case: Case, words: str) -> str:
    row = evidence.submit(case.pk, by=case.buyer, item=world.text(words))
    return made(row)


def made(row: Evidence) -> str:
    copy = copies.make_copy(row.pk)
    assert copy is not None
    return copy.text


def test_the_code_of_the_order_stands_in_no_copy_however_it_is_spaced():
    case = world.filed()
    number, secret = code_of(case)

    seen = copy_of(
        case, f"I typed {' '.join(secret)} and {number[:4]}-{number[4:]}, twice {secret}"
    )

    assert secret[-4:] not in seen
    assert seen == "I typed [code A] and [code B], twice [code A]"


def test_a_code_that_was_sealed_in_another_order_stands_in_no_copy():
    other = world.filed()
    number, _secret = code_of(other)
    case = world.filed()

    seen = copy_of(case, f"He sent me {number[:5]} {number[5:]} before.")

    assert seen == "He sent me [code A] before."


def test_words_that_the_owner_covers_are_those_that_he_named_behind_a_spaced_code():
    case = world.filed()
    _number, secret = code_of(case)
    words = f"I typed {'  '.join(secret)} on the blue shelf."
    row = evidence.submit(case.pk, by=case.buyer, item=world.text(words))

    masking.cover_words(row.pk, by=case.buyer, words="blue shelf")

    assert made(row) == "I typed [code A] on the ██████████."


def test_both_sides_names_and_the_orders_number_are_told_apart():
    case = world.filed()

    seen = copy_of(case, f"{case.seller.name} and {case.buyer.name}, order {case.order.number}")

    assert seen == f"[name A] and [name B], order {case.order.number}"
