"""Two copies: the original for its owner alone, the covered one for everybody else."""

import hashlib

import pytest
import zxingcpp
from django.core.files.storage import storages
from django.db import connection
from PIL import Image

from accounts.models import User
from disputes import reading
from disputes.actions import copies, evidence, jury, masking
from disputes.models import Case, CopyState, Evidence, EvidenceKind, JurorCopy, Trouble
from disputes.sealing import description_of, original_of, text_of
from tests import given
from tests.conftest import refused
from tests.disputes import panels, world
from tests.orders import world as orders
from tests.security import pictures

pytestmark = pytest.mark.django_db

CARD = ("8000123456789011", "QX7RT2KM")


@pytest.fixture
def case() -> Case:
    return world.filed(world.of_card(*CARD, seller="Ms. Wang"))


def show(case: Case, item: evidence.Item, *, side: str = "buyer") -> Evidence:
    """Shown, and its copy made."""
    row = evidence.submit(case.pk, by=getattr(case, side), item=item)
    copies.make_copy(row.pk)
    return again(row)


def again(row: Evidence) -> Evidence:
    return Evidence.objects.select_related("copy", "case").get(pk=row.pk)


def picture(data: bytes) -> evidence.Item:
    kind = EvidenceKind.PICTURE
    return evidence.Item(kind=kind, description="The app's screen", picture=data)


def covered(row: Evidence) -> Image.Image:
    return pictures.opened(copies.picture_of(row.copy))


def shown_to(case: Case, row: Evidence, side: str) -> reading.Shown:
    return next(each for each in reading.for_party(world.again(case), side) if each.id == row.pk)


# --- Texts ----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("words", "covered"),
    [
        ("My code 8000123456789011 was empty.", "My code [code A] was empty."),
        ("It is 8000 1234 5678 9011, you see.", "It is [code A], you see."),
        ("Pin qx7rt2km does nothing.", "Pin [code A] does nothing."),
        (
            "Pin \uff31\uff38\uff17\uff32\uff34\uff12\uff2b\uff2d is bad.",
            "Pin [code A] is bad.",
        ),
        ("Q-X-7-R-T-2-K-M and QX7RT2KM", "[code A] and [code A]"),
        ("Call me: 138 0000 1234", "Call me: [number A]"),
        ("Write to me@mail.example", "Write to [e-mail A]"),
        ("Ms. Wang delivered it.", "[name A] delivered it."),
    ],
)
def test_what_unlocks_money_or_tells_who_it_is_is_covered(case, words, covered):
    row = show(case, world.text(words))

    assert row.copy.text == covered


def test_the_description_is_covered_too(case):
    row = show(case, world.text(description="Ms. Wang and 8000123456789011"))

    assert row.copy.description == "[name A] and [code A]"


def test_a_code_of_letters_alone_is_known_by_the_vault():
    case = world.filed(world.of_card("", "SUNFLOWERFIELD"))

    row = show(case, world.text("I typed sun flower field, and sunflowers grew."))

    assert row.copy.text == "I typed [code A], and sunflowers grew."


def test_a_short_name_is_not_found_inside_other_words():
    case = world.filed(world.of_card(*CARD))

    row = show(case, world.text("Li delivered it alive. 我给Li打电话"))

    assert row.copy.text == "[name A] delivered it alive. 我给[name A]打电话"


def test_equal_numbers_stay_equal_across_both_sides_exhibits(case):
    show(case, world.text("He rang from 13911112222."))

    row = show(case, world.text("Not mine: 139 1111 2222, but 13911113333 is."), side="seller")

    assert row.copy.text == "Not mine: [number A], but [number B] is."


def test_each_reader_has_his_own_words_and_the_others_covered(case):
    words = "Call me: 138 0000 1234"
    row = show(case, world.text(words))

    own, other = shown_to(case, row, "buyer"), shown_to(case, row, "seller")

    assert (own.text, own.is_own) == (words, True)
    assert (other.text, other.is_own) == ("Call me: [number A]", False)


def test_nothing_is_shown_to_the_other_side_before_it_is_covered(case):
    row = evidence.submit(case.pk, by=case.buyer, item=world.text("138 0000 1234"))

    other = shown_to(case, row, "seller")

    assert (other.text, other.description, other.is_pending) == ("", "", True)


# --- Covering more --------------------------------------------------------------------------------
def test_the_owner_covers_words_and_sees_them_gone(case):
    row = show(case, world.text("I live in Rose Lane, near the river."))

    masking.cover_words(row.pk, by=case.buyer, words="rose lane")
    copies.make_copy(row.pk)

    assert again(row).copy.text == "I live in █████████, near the river."
    assert text_of(again(row)) == "I live in Rose Lane, near the river."


def test_words_behind_a_code_are_covered_where_they_stand(case):
    row = show(case, world.text("8000 1234 5678 9011 is mine, Rose Lane 5."))

    masking.cover_words(row.pk, by=case.buyer, words="Rose Lane 5")
    copies.make_copy(row.pk)

    assert again(row).copy.text == "[code A] is mine, ███████████."


def test_what_was_covered_stays_covered(case):
    row = show(case, world.text("Rose Lane, near the river."))
    masking.cover_words(row.pk, by=case.buyer, words="Rose Lane")
    masking.cover_words(row.pk, by=case.buyer, words="river")

    copies.make_copy(row.pk)

    assert again(row).copy.text == "█████████, near the █████."


def test_a_copy_made_while_its_owner_covers_more_is_thrown_away(case):
    row = evidence.submit(case.pk, by=case.buyer, item=world.text("Rose Lane"))
    old = copies._texts(again(row)), again(row).copy.version  # noqa: SLF001 - the moment between
    masking.cover_words(row.pk, by=case.buyer, words="Rose Lane")

    copies._made(again(row), old[1], old[0], None)  # noqa: SLF001

    assert again(row).copy.state == CopyState.PENDING
    assert again(row).copy.text == ""


@pytest.mark.parametrize(
    "rectangle",
    [(0, 0, 0, 10), (10, 0, 5, 10), (0, 0, 1_001, 10), (-1, 0, 10, 10), (0, 10, 10, 10)],
    ids=str,
)
def test_a_rectangle_lies_in_its_picture(case, rectangle):
    row = show(case, picture(pictures.jpeg()))

    with refused("invalid"):
        masking.cover_rectangle(row.pk, by=case.buyer, rectangle=rectangle)

    assert again(row).copy.masks == []


def test_only_the_owner_covers_and_only_until_the_seal(case):
    row = show(case, world.text("Rose Lane"))
    with refused("not_found"):
        masking.cover_words(row.pk, by=case.seller, words="Rose")
    orders.skip(hours=72)

    with refused("evidence_closed"):
        masking.cover_words(row.pk, by=case.buyer, words="Rose")

    assert again(row).copy.masks == []


# --- Pictures -------------------------------------------------------------------------------------
def test_a_copy_knows_no_place_and_shows_no_code_that_a_machine_reads(case):
    page = pictures.drawn(900, 600)
    page.paste(pictures.code("8000123456789011", zxingcpp.BarcodeFormat.QRCode), (300, 200))
    row = show(case, picture(pictures.saved(page, "JPEG", exif=_place())))

    copy = covered(row)

    assert dict(copy.getexif()) == {}
    assert not zxingcpp.read_barcodes(copy)
    assert pictures.opened(original_of(row)).getexif().get_ifd(0x8825)


def _place() -> bytes:
    return bytes(pictures.opened(pictures.with_place()).info["exif"])


def test_a_rectangle_is_burnt_in(case):
    row = show(case, picture(pictures.jpeg()))

    masking.cover_rectangle(row.pk, by=case.buyer, rectangle=(0, 0, 500, 1_000))
    copies.make_copy(row.pk)

    pixels = covered(again(row)).load()
    assert pixels is not None
    assert pixels[80, 100] == pytest.approx((0, 0, 0), abs=16)
    assert pixels[240, 100] == pytest.approx(pictures.BLUE, abs=30)


def test_the_hash_is_that_of_the_original_and_the_original_is_sealed(case):
    data = pictures.jpeg()

    row = show(case, picture(data))

    assert bytes(row.sha256) == hashlib.sha256(data).digest()
    assert original_of(row) == data


# --- Failing, and mending -------------------------------------------------------------------------
def test_after_three_failures_a_person_looks_at_it(case):
    row = show(case, picture(pictures.jpeg()))
    masking.cover_rectangle(row.pk, by=case.buyer, rectangle=(0, 0, 500, 500))
    lose(row)

    for _try in range(3):
        copies.make_copy(row.pk)

    assert again(row).copy.waits_for_staff
    assert Trouble.objects.get(case=case, kind="copy").facts == {"exhibit": row.label}
    assert world.again(case).state == "EVIDENCE"


def lose(row: Evidence) -> None:
    """The picture is not where it was: a disk that lost it."""
    storages["private"].delete(f"{row.original[:2]}/{row.original}")


def flagged() -> tuple[Case, Evidence, User]:
    """A reviewer has seen a name in the buyer's text."""
    case = world.voting(_with("My sister Rosalind saw it."))
    seat = panels.opened(case)[0]
    row = Evidence.objects.get(case=case, kind="text", number=2, party="buyer")
    jury.flag(seat.pk, by=seat.juror, exhibit_id=row.pk, what="A name of a person")
    return world.again(case), again(row), seat.juror


def _with(words: str) -> Case:
    case = world.filed()
    evidence.submit(case.pk, by=case.buyer, item=world.text(words))
    return case


@pytest.mark.scenario("A24")
def test_a24_a_flagged_exhibit_is_hidden_and_every_clock_stands_until_it_is_mended():
    case, row, _juror = flagged()
    seat = panels.again(world.open_seats(case)[0])
    due, ballot = seat.due_at, given.known(case.ballot_due_at)
    assert (case.pause_reason, reading.for_seat(seat)[0].late) == ("masking", False)
    assert next(each.text for each in reading.for_seat(seat) if each.id == row.pk) == ""
    orders.skip(hours=3)

    masking.remask(row.pk, by=agent(), rectangles=[], words="Rosalind")
    assert world.again(case).paused_at is not None
    copies.make_copy(row.pk)

    found = world.again(case)
    assert (found.paused_at, found.pause_reason) == (None, "")
    assert again(row).copy.text == "My sister ████████ saw it."
    stood = given.known(found.ballot_due_at) - ballot
    assert stood.total_seconds() == pytest.approx(3 * 3600, abs=60)
    assert panels.again(seat).due_at - due == stood
    assert not Trouble.objects.filter(case=case, ended_at=None).exists()


def agent() -> User:
    return panels.of_the_desk("Agent", "agent")


def test_what_staff_have_cleared_is_not_flagged_again():
    case, row, juror = flagged()
    masking.remask(row.pk, by=agent(), rectangles=[])
    copies.make_copy(row.pk)
    seat = next(seat for seat in world.open_seats(case) if seat.juror_id == juror.pk)

    with refused("already_open"):
        jury.flag(seat.pk, by=juror, exhibit_id=row.pk, what="The same once more")

    assert world.again(case).paused_at is None


def test_only_the_desk_mends_and_only_what_waits_for_it(case):
    row = show(case, world.text("Rose Lane"))

    with refused("wrong_state"):
        masking.remask(row.pk, by=agent(), rectangles=[], words="Rose")
    with refused("not_your_step"):
        masking.remask(row.pk, by=case.seller, rectangles=[], words="Rose")

    assert again(row).copy.masks == []


# --- Nowhere in the clear -------------------------------------------------------------------------
def test_a_pasted_code_stands_in_no_column(case):
    for side in ("buyer", "seller"):
        words = f"{side}: {CARD[0]} {CARD[1]}"
        facts = {"description": words, "file_name": f"{CARD[0]}.jpg"}
        show(case, world.text(words, **facts), side=side)

    found = in_database(CARD[0]) | in_database(CARD[1])

    assert found == set()
    assert {description_of(row) for row in case.evidence.filter(kind="text")} == {
        f"buyer: {CARD[0]} {CARD[1]}",
        f"seller: {CARD[0]} {CARD[1]}",
    }


def in_database(words: str) -> set[str]:
    """The tables of which some row holds these words, in any column."""
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        found = set()
        for table in tables:
            cursor.execute(
                f'SELECT count(*) FROM "{table}" t WHERE strpos(lower(t::text), %s) > 0',  # noqa: S608
                [words.lower()],
            )
            if cursor.fetchone()[0]:
                found.add(table)
    return found


def test_the_scan_would_find_it(case):
    JurorCopy.objects.filter(evidence__case=case).update(description=CARD[0])

    assert in_database(CARD[0]) == {"disputes_jurorcopy"}
