"""Files that somebody might send instead of a picture, each made when a test asks for it."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from typing import Any

import zxingcpp
from PIL import Image, ImageDraw
from PIL.PngImagePlugin import PngInfo

SCRIPT = b"<script>alert(document.domain)</script>"
RED, BLUE = (200, 30, 30), (30, 30, 200)


def drawn(width: int = 320, height: int = 200, mode: str = "RGB") -> Image.Image:
    """Left half red, right half blue."""
    picture = Image.new("RGB", (width, height), RED)
    ImageDraw.Draw(picture).rectangle((width // 2, 0, width, height), fill=BLUE)
    return picture.convert(mode)


def saved(picture: Image.Image, kind: str, **options: Any) -> bytes:
    target = io.BytesIO()
    picture.save(target, kind, **options)
    return target.getvalue()


def jpeg(**options: Any) -> bytes:
    return saved(drawn(), "JPEG", **options)


def opened(data: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(data))
    picture.load()
    return picture


def code(text: str, kind: zxingcpp.BarcodeFormat, *, scale: int = 5) -> Image.Image:
    """A bar or QR code with its quiet zone."""
    made: Any = zxingcpp.create_barcode(text, kind).to_image(scale=scale)
    height, width = memoryview(made).shape or ()
    return Image.frombytes("L", (width, height), bytes(made))


# --- PNG by hand ----------------------------------------------------------------------------------
def chunk(name: bytes, data: bytes) -> bytes:
    check = zlib.crc32(name + data)
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", check)


def png(width: int, height: int, *extra: bytes, rows: bytes = b"") -> bytes:
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    body = chunk(b"IDAT", zlib.compress(rows, 9))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(extra) + body + chunk(b"IEND", b"")


def small_png(*extra: bytes) -> bytes:
    return png(2, 2, *extra, rows=(b"\0" + b"\xff" * 6) * 2)


def profile_bomb() -> bytes:
    """A colour profile of 200 MB in 200 KB."""
    return small_png(chunk(b"iCCP", b"bomb\0\0" + zlib.compress(bytes(200_000_000), 9)))


def text_bomb() -> bytes:
    return small_png(*[chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(10**7), 9))] * 20)


def pixel_bomb() -> bytes:
    """400 megapixels in some kilobytes."""
    return png(20_000, 20_000, rows=bytes(30_000_000))


def moving(kind: str, **options: Any) -> bytes:
    frames = [drawn(), Image.new("RGB", (320, 200), BLUE)]
    return saved(frames[0], kind, save_all=True, append_images=frames[1:], duration=100, **options)


def zipped() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("a.html", SCRIPT)
    return target.getvalue()


def svg() -> bytes:
    return b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)">' + SCRIPT + b"</svg>"


def pdf() -> bytes:
    return saved(drawn(), "PDF")


def without_pixels() -> bytes:
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 9, 9, 8, 2, 0, 0, 0))


def wrong_check() -> bytes:
    data = bytearray(small_png())
    data[30] ^= 1
    return bytes(data)


# What is refused, whatever it calls itself.
NO_PICTURES: dict[str, Callable[[], bytes]] = {
    "nothing": lambda: b"",
    "zeros": lambda: bytes(5000),
    "a text": lambda: b"not a picture at all",
    "HTML": lambda: b"<!doctype html><html>" + SCRIPT,
    "HTML behind a JPEG's head": lambda: b"\xff\xd8\xff\xe0\0\x10JFIF\0" + SCRIPT,
    "HTML behind a PNG's head": lambda: b"\x89PNG\r\n\x1a\n" + SCRIPT,
    "HTML behind a WebP's head": lambda: b"RIFF\x24\0\0\0WEBPVP8 " + SCRIPT,
    "an SVG": svg,
    "an SVG with an XML head": lambda: b'<?xml version="1.0"?>' + svg(),
    "a PDF": pdf,
    "an EPS": lambda: saved(drawn(), "EPS"),
    "a PostScript file": lambda: b"%!PS-Adobe-3.0\n%%BoundingBox: 0 0 9 9\n(/etc/passwd) run",
    "a GIF": lambda: saved(drawn(), "GIF"),
    "a GIF with a script": lambda: saved(drawn(), "GIF", comment=SCRIPT),
    "a moving GIF": lambda: moving("GIF"),
    "a BMP": lambda: saved(drawn(), "BMP"),
    "a TIFF": lambda: saved(drawn(), "TIFF"),
    "an ICO": lambda: saved(drawn(64, 64), "ICO"),
    "a PPM": lambda: saved(drawn(), "PPM"),
    "a Photoshop file": lambda: (
        b"8BPS\0\1" + bytes(6) + b"\0\3\0\0\0\1\0\0\0\1\0\x08\0\3" + bytes(40)
    ),
    "an MP4": lambda: b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + bytes(2000),
    "a ZIP": zipped,
    "a gzip": lambda: b"\x1f\x8b\x08" + bytes(2000),
    "a program": lambda: b"\x7fELF\x02\x01\x01" + bytes(2000),
    "half a JPEG": lambda: jpeg()[:-400],
    "half a PNG": lambda: saved(drawn(), "PNG")[:-200],
    "half a WebP": lambda: saved(drawn(), "WEBP")[:-50],
    "a PNG without pixels": without_pixels,
    "a PNG with a wrong check": wrong_check,
    "a PNG of no size": lambda: png(0, 0),
    "a PNG of a negative size": lambda: png(2**31, 1),
    "400 megapixels": pixel_bomb,
    "a side too long": lambda: saved(Image.new("L", (12_001, 2)), "PNG"),
    "40 megapixels and a row": lambda: saved(Image.new("L", (8_000, 5_001)), "PNG"),
    "a colour profile that swells": profile_bomb,
    "texts that swell": text_bomb,
    "a moving WebP": lambda: moving("WEBP"),
    "a moving PNG": lambda: moving("PNG"),
}


# --- pictures that are taken, with something inside that must not come out ------------------------
def with_place() -> bytes:
    """A photo that tells where it was taken, and by what."""
    exif = Image.Exif()
    exif[0x010F] = "SECRET-CAMERA"
    exif[0x8825] = {1: "N", 2: (31.0, 13.0, 49.0), 3: "E", 4: (121.0, 28.0, 25.0)}
    return jpeg(exif=exif.tobytes())


def with_script_in_exif() -> bytes:
    exif = Image.Exif()
    exif[0x010E] = SCRIPT.decode()
    return jpeg(exif=exif.tobytes(), comment=SCRIPT)


def with_words() -> bytes:
    words = PngInfo()
    words.add_text("Comment", SCRIPT.decode())
    words.add_itxt("XML:com.adobe.xmp", "<x:xmpmeta>SECRET-PLACE</x:xmpmeta>")
    return saved(drawn(), "PNG", pnginfo=words)


def with_profile() -> bytes:
    return saved(drawn(), "WEBP", icc_profile=b"SECRET-PROFILE" * 20, xmp=b"SECRET-PLACE" * 9)


TELLING: dict[str, Callable[[], bytes]] = {
    "a place": with_place,
    "a script in EXIF": with_script_in_exif,
    "words in a PNG": with_words,
    "a profile and XMP in a WebP": with_profile,
    "a ZIP behind a JPEG": lambda: jpeg() + zipped(),
    "HTML behind a PNG": lambda: saved(drawn(), "PNG") + SCRIPT,
    "broken EXIF": lambda: jpeg(exif=b"Exif\0\0MM\0*\xff\xff\xff\xff" + SCRIPT),
}


def sixteen_bit() -> bytes:
    grey = drawn(mode="L").convert("I").point(lambda value: value * 256)
    return saved(grey.convert("I;16"), "PNG")


def clear_palette() -> bytes:
    return saved(drawn(mode="P"), "PNG", transparency=255)


KINDS: dict[str, Callable[[], bytes]] = {
    "JPEG": jpeg,
    "a JPEG in passes": lambda: jpeg(progressive=True),
    "a grey JPEG": lambda: saved(drawn(mode="L"), "JPEG"),
    "a JPEG of four inks": lambda: saved(drawn(mode="CMYK"), "JPEG"),
    "a JPEG with a second picture": lambda: saved(
        drawn(), "MPO", save_all=True, append_images=[drawn(64, 64)]
    ),
    "PNG": lambda: saved(drawn(), "PNG"),
    "a clear PNG": lambda: saved(drawn(mode="RGBA"), "PNG"),
    "a grey clear PNG": lambda: saved(drawn(mode="LA"), "PNG"),
    "a PNG of two colours": lambda: saved(drawn(mode="1"), "PNG"),
    "a PNG of 256 colours": lambda: saved(drawn(mode="P"), "PNG"),
    "a PNG with a clear colour": clear_palette,
    "a PNG of 16 bits": sixteen_bit,
    "WebP": lambda: saved(drawn(), "WEBP"),
    "a WebP without loss": lambda: saved(drawn(), "WEBP", lossless=True),
    "a clear WebP": lambda: saved(drawn(mode="RGBA"), "WEBP"),
}
