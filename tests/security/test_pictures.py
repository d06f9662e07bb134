"""What strangers send as pictures: refused unless it is one, and nothing comes along with it."""

import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import zxingcpp
from django.test import RequestFactory
from PIL import Image, ImageFilter, ImageOps

from marketplace.lib import images
from tests.conftest import refused
from tests.security import pictures
from tests.security.pictures import KINDS, NO_PICTURES, TELLING

MEGABYTE = 1024 * 1024
QR, BARS = zxingcpp.BarcodeFormat.QRCode, zxingcpp.BarcodeFormat.Code128


def chunks(webp: bytes) -> list[bytes]:
    """The names of a WebP's parts."""
    names, place = [], 12
    while place + 8 <= len(webp):
        names.append(webp[place : place + 4])
        size = int.from_bytes(webp[place + 4 : place + 8], "little")
        place += 8 + size + size % 2
    return names


def is_like(colour: tuple[int, int, int], webp: bytes, x: int, y: int) -> bool:
    seen = pictures.opened(webp).convert("RGB").getpixel((x, y))
    assert isinstance(seen, tuple)
    return all(abs(one - other) < 60 for one, other in zip(seen, colour, strict=True))


# --- what is refused ------------------------------------------------------------------------------
@pytest.mark.parametrize("name", NO_PICTURES)
def test_what_is_no_still_picture_of_ours_is_refused(name: str):
    with refused("bad_picture"):
        images.read_picture(NO_PICTURES[name]())


def test_no_copy_is_made_of_what_is_no_picture():
    with refused("bad_picture"):
        images.covered_copy(pictures.svg(), [])


@pytest.mark.parametrize(
    ("name", "word"),
    [("400 megapixels", "too large"), ("a moving WebP", "moves"), ("a PDF", "can read")],
)
def test_the_refusal_says_what_is_wrong(name: str, word: str):
    with refused("bad_picture") as caught:
        images.read_picture(NO_PICTURES[name]())

    assert word in str(caught.value)


def test_a_file_over_20_megabytes_is_refused_before_it_is_opened():
    with refused("too_big"):
        images.read_picture(pictures.jpeg() + bytes(20 * MEGABYTE))


def test_20_megabytes_are_taken():
    data = pictures.jpeg()

    picture = images.read_picture(data + bytes(20 * MEGABYTE - len(data)))

    assert (picture.width, picture.height) == (320, 200)


# --- what is taken --------------------------------------------------------------------------------
@pytest.mark.parametrize("name", KINDS)
def test_every_kind_of_still_picture_is_taken(name: str):
    picture = images.read_picture(KINDS[name]())

    shown = pictures.opened(picture.webp).convert("L")
    left, right = shown.getpixel((40, 100)), shown.getpixel((280, 100))
    assert (picture.width, picture.height) == (320, 200)
    assert shown.size == (320, 200)
    assert left != right  # the two halves


def test_what_is_clear_stands_on_white():
    clear = Image.new("RGBA", (40, 40), (0, 0, 0, 0))

    picture = images.read_picture(pictures.saved(clear, "PNG"))

    assert is_like((255, 255, 255), picture.webp, 20, 20)


@pytest.mark.parametrize("name", TELLING)
def test_nothing_that_came_along_goes_out_again(name: str):
    data = TELLING[name]()

    shown = [images.read_picture(data).webp, images.covered_copy(data, [])]

    for webp in shown:
        assert chunks(webp) == [b"VP8 "]
        assert b"script" not in webp
        assert b"SECRET" not in webp


@pytest.mark.parametrize(("held", "size"), [(1, (320, 200)), (3, (320, 200)), (6, (200, 320))])
def test_a_picture_is_shown_as_the_camera_was_held(held: int, size: tuple[int, int]):
    exif = Image.Exif()
    exif[0x0112] = held

    picture = images.read_picture(pictures.jpeg(exif=exif.tobytes()))

    assert (picture.width, picture.height) == size
    assert pictures.opened(picture.webp).size == size


def test_a_picture_turned_by_its_camera_has_its_left_half_above():
    exif = Image.Exif()
    exif[0x0112] = 6

    picture = images.read_picture(pictures.jpeg(exif=exif.tobytes()))

    assert is_like(pictures.RED, picture.webp, 100, 80)
    assert is_like(pictures.BLUE, picture.webp, 100, 240)


def test_a_large_picture_is_shown_at_960_and_copied_at_2048():
    data = pictures.saved(pictures.drawn(4000, 1000), "PNG")

    picture, copy = images.read_picture(data), images.covered_copy(data, [])

    assert (picture.width, picture.height) == (4000, 1000)
    assert pictures.opened(picture.webp).size == (960, 240)
    assert pictures.opened(copy).size == (2048, 512)


def test_40_megapixels_are_read_within_the_memory():
    data = pictures.saved(pictures.drawn(8000, 5000), "JPEG", progressive=True)

    picture = images.read_picture(data)

    assert picture.width * picture.height == 40_000_000


def test_the_same_picture_saved_again_is_found_alike():
    data = pictures.saved(Image.radial_gradient("L").convert("RGB"), "PNG")
    again = pictures.saved(pictures.opened(data).resize((200, 200)), "JPEG", quality=60)
    other = pictures.saved(pictures.drawn(256, 256), "PNG")

    first, second, third = (images.read_picture(each) for each in (data, again, other))

    assert (first.dhash ^ second.dhash).bit_count() <= 4
    assert (first.dhash ^ third.dhash).bit_count() > 10
    assert first.sha256 != second.sha256


# --- codes ----------------------------------------------------------------------------------------
def photo(code: Image.Image) -> Image.Image:
    page = Image.new("RGB", (1400, 1000), (235, 230, 220))
    page.paste(code.convert("RGB"), (500, 300))
    return page


SPOILT = {
    "as printed": lambda page: pictures.saved(page, "PNG"),
    "turned": lambda page: pictures.saved(page.rotate(23, fillcolor="white"), "PNG"),
    "small": lambda page: pictures.saved(page.resize((700, 500)), "PNG"),
    "in a huge photo": lambda page: pictures.saved(page.resize((4200, 3000)), "JPEG"),
    "blurred": lambda page: pictures.saved(page.filter(ImageFilter.GaussianBlur(2)), "PNG"),
    "light on dark": lambda page: pictures.saved(ImageOps.invert(page), "PNG"),
    "saved badly": lambda page: pictures.saved(page, "JPEG", quality=60),
    "from the side": lambda page: pictures.saved(
        page.transform(page.size, Image.Transform.QUAD, (0, 0, 150, 1000, 1250, 1000, 1400, 0)),
        "PNG",
    ),
}


@pytest.mark.parametrize("name", SPOILT)
def test_a_qr_code_is_read_and_is_no_more_in_the_copy(name: str):
    data = SPOILT[name](photo(pictures.code("https://pay.example/?to=li", QR)))

    picture, copy = images.read_picture(data), images.covered_copy(data, [])

    assert picture.payloads == ("https://pay.example/?to=li",)
    assert not zxingcpp.read_barcodes(pictures.opened(copy), return_errors=True)


def test_the_digits_printed_under_a_bar_code_are_covered_too():
    bars = pictures.code("600123456789", BARS, scale=4)
    page = photo(bars.resize((bars.width, 100)))
    digits = Image.new("RGB", (bars.width, 30), pictures.RED)
    page.paste(digits, (500, 405))

    copy = images.covered_copy(pictures.saved(page, "PNG"), [])

    assert is_like((0, 0, 0), copy, 500 + bars.width // 2, 420)


def test_every_code_of_a_page_is_covered():
    page = Image.new("RGB", (1600, 1600), "white")
    for place in range(9):
        code = pictures.code(f"PIN {place} 8811223344", QR)
        page.paste(code, (40 + place % 3 * 500, 40 + place // 3 * 500))

    copy = images.covered_copy(pictures.saved(page, "PNG"), [])

    assert not zxingcpp.read_barcodes(pictures.opened(copy))


# --- what the owner covers ------------------------------------------------------------------------
def test_the_owners_rectangles_are_burnt_in():
    copy = images.covered_copy(pictures.jpeg(), [(0, 0, 250, 500)])

    assert is_like((0, 0, 0), copy, 5, 5)
    assert is_like((0, 0, 0), copy, 75, 95)
    assert is_like(pictures.RED, copy, 100, 50)
    assert is_like(pictures.RED, copy, 40, 120)


def test_rectangles_lie_where_the_owner_saw_them_in_a_turned_photo():
    exif = Image.Exif()
    exif[0x0112] = 6

    copy = images.covered_copy(pictures.jpeg(exif=exif.tobytes()), [(0, 0, 1000, 250)])

    assert is_like((0, 0, 0), copy, 100, 40)
    assert is_like(pictures.RED, copy, 100, 120)
    assert is_like(pictures.BLUE, copy, 100, 240)


# --- the process ----------------------------------------------------------------------------------
def in_the_process(lines: str) -> str:
    start = "from marketplace.lib import picture_process as process\nimport resource, sys\n"
    return subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", start + lines], capture_output=True, text=True, check=True
    ).stdout.strip()


def test_the_process_knows_nothing_of_the_site():
    names = in_the_process("print([m for m in sys.modules if m.startswith(('django', 'psycopg'))])")

    assert names == "[]"


def test_the_process_gets_512_megabytes_ten_seconds_and_no_file():
    limits = in_the_process(
        "process.limit()\n"
        "names = ('RLIMIT_AS', 'RLIMIT_CPU', 'RLIMIT_FSIZE')\n"
        "print([resource.getrlimit(getattr(resource, name)) for name in names])"
    )

    assert limits == f"[({512 * MEGABYTE}, {512 * MEGABYTE}), (10, 10), (0, 0)]"


def test_a_decoder_that_asks_for_more_memory_is_stopped():
    said = in_the_process(
        "process.limit()\n"
        "process.DO['grow'] = lambda data, request: bytearray(600 * 2**20)\n"
        "print(process.answer({'do': 'grow'}, b''))"
    )

    assert said == "({'refused': 'memory'}, b'')"


def test_two_are_decoded_at_once_and_a_third_is_told_to_come_again(monkeypatch, tmp_path):
    monkeypatch.setattr(images, "WAIT", 0.1)
    # The places are the whole machine's, on which other tests run now.
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    with images.place(), images.place(), refused("busy"):
        images.read_picture(pictures.jpeg())

    assert images.read_picture(pictures.jpeg()).width == 320


def test_many_threads_are_served_one_after_the_other():
    data = pictures.jpeg()

    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(lambda _: images.read_picture(data).sha256, range(6)))

    assert len(set(found)) == 1


# --- forms ----------------------------------------------------------------------------------------
def test_a_forms_file_is_cut_off_one_byte_behind_the_limit(tmp_path):
    path = tmp_path / "big.jpg"
    path.write_bytes(bytes(25 * MEGABYTE))
    with path.open("rb") as file:
        request = RequestFactory().post("/", {"picture": file, "words": "after"})

    sent: Any = request.FILES["picture"]
    with sent:
        size = len(sent.read())

    assert size == 20 * MEGABYTE + 1
    assert request.POST["words"] == "after"
