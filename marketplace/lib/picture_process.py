"""The process in which strangers' pictures are decoded: little memory, little time, no database.

It reads one request from standard input, a line of JSON (`{"do": "read"}` or `{"do": "cover",
"rectangles": [[left, top, right, bottom] …]}` in thousandths) and the picture's bytes behind it,
and answers with a line of JSON and the new picture's bytes. What it does not take is answered with
`{"refused": why}`; a process that was killed says as much. Imports nothing of Django.
"""

import io
import json
import resource
import sys
import warnings
from typing import Any

from PIL import Image, ImageDraw
from zxingcpp import Barcode, read_barcodes

MEMORY = 512 * 1024 * 1024
SECONDS = 10  # of the processor
FORMATS = ("JPEG", "PNG", "WEBP")
MOST_PIXELS = 40_000_000
LONGEST_SIDE = 12_000
SHOWN, FULL = 960, 2_048  # px of the longer side
MARGIN = 0.12  # around a code that is blacked out
MOST_LOOKS = 4  # for codes that stood in the shade of other codes
QUALITY = 82

# EXIF's word on how the camera was held.
_ORIENTATION = 0x0112
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_ON_ITS_SIDE = 5
_SIXTEEN_BIT = {"I", "I;16", "I;16B", "I;16L", "I;16N"}

Box = tuple[int, int, int, int]


class NotTaken(Exception):
    """A picture that we do not take; `args[0]` is the reason, a key of `images.REASONS`."""


def limit() -> None:
    """From here on this process gets no more than this, whatever a decoder is made to do."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


# --- reading --------------------------------------------------------------------------------------
def opened(data: bytes) -> tuple[Image.Image, tuple[int, int]]:
    """The picture upright, in RGB, at most 2,048 px, and its size before; decoded to its end."""
    picture = Image.open(io.BytesIO(data), formats=FORMATS)
    size = _weighed(picture)
    picture.draft("RGB", (FULL, FULL))  # a JPEG's decoder can halve it as it goes
    picture.load()
    held = _held(picture)
    small = _smooth(picture)
    small.thumbnail((FULL, FULL), Image.Resampling.LANCZOS)
    flat = _flat(small)
    if held not in _TURNS:
        return flat, size
    return flat.transpose(_TURNS[held]), size[::-1] if held >= _ON_ITS_SIDE else size


def _weighed(picture: Image.Image) -> tuple[int, int]:
    """Its size, asked before anything is decoded."""
    width, height = picture.size
    if width * height > MOST_PIXELS or max(width, height) > LONGEST_SIDE:
        raise NotTaken("pixels")
    # Telephones put a second picture for bright screens behind a JPEG (MPO); nobody sees that one.
    if picture.format != "MPO" and getattr(picture, "n_frames", 1) != 1:
        raise NotTaken("frames")
    return width, height


def _held(picture: Image.Image) -> int:
    """Broken metadata turns no picture, and spoils none."""
    try:
        return int(picture.getexif().get(_ORIENTATION, 1))
    except Exception:
        return 1


def _smooth(picture: Image.Image) -> Image.Image:
    """In a mode that can be made smaller without losing its thin lines."""
    if picture.mode == "1":
        return picture.convert("L")
    if picture.mode in _SIXTEEN_BIT:
        picture.info.pop("transparency", None)
        return picture.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    if picture.mode in {"P", "PA"} or "transparency" in picture.info:
        return picture.convert("RGBA" if picture.has_transparency_data else "RGB")
    return picture


def _flat(picture: Image.Image) -> Image.Image:
    """On white, in eight-bit RGB, without anything that came along with it."""
    if picture.mode in {"RGBA", "LA"}:
        above = picture.convert("RGBA")
        white = Image.new("RGBA", above.size, "white")
        picture = Image.alpha_composite(white, above)
    flat = picture.convert("RGB")
    flat.info.clear()
    return flat


# --- looking and writing --------------------------------------------------------------------------
def encoded(picture: Image.Image, side: int) -> bytes:
    """WebP without metadata, at most `side` px."""
    small = picture.copy()
    small.thumbnail((side, side), Image.Resampling.LANCZOS)
    target = io.BytesIO()
    small.save(target, "WEBP", quality=QUALITY, method=4, exif=b"", xmp=b"", icc_profile=b"")
    return target.getvalue()


def codes(picture: Image.Image) -> list[tuple[Barcode, Box]]:
    """Bar and QR codes, also damaged ones, looked for at two scales, and where they stand."""
    found: list[tuple[Barcode, Box]] = []
    for side in (FULL, SHOWN):
        scaled = picture.copy()
        scaled.thumbnail((side, side))
        factor = picture.width / scaled.width
        found += [(each, _box(each, factor)) for each in read_barcodes(scaled, return_errors=True)]
    return found


def _box(code: Barcode, factor: float) -> Box:
    place = code.position
    corners = (place.top_left, place.top_right, place.bottom_right, place.bottom_left)
    across = [corner.x * factor for corner in corners]
    down = [corner.y * factor for corner in corners]
    return int(min(across)), int(min(down)), int(max(across)) + 1, int(max(down)) + 1


def difference_hash(picture: Image.Image) -> int:
    """64 bits that stay alike when a picture is scaled or saved again."""
    grey = picture.convert("L").resize((9, 8), Image.Resampling.LANCZOS)
    values = grey.tobytes()
    bits = 0
    for row in range(8):
        for column in range(8):
            here = values[row * 9 + column]
            bits = bits << 1 | (here > values[row * 9 + column + 1])
    return bits


def read(data: bytes, _request: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    picture, (width, height) = opened(data)
    facts = {
        "width": width,
        "height": height,
        "payloads": sorted({code.text for code, _box in codes(picture) if code.valid}),
        "dhash": difference_hash(picture),
    }
    return facts, encoded(picture, SHOWN)


def cover(data: bytes, request: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    """Codes and the owner's rectangles burnt in black."""
    picture, _size = opened(data)
    brush = ImageDraw.Draw(picture)
    covered = 0
    for _look in range(MOST_LOOKS):
        boxes = [box for _code, box in codes(picture)]
        for box in boxes:
            brush.rectangle(_wider(box), fill="black")
        covered += len(boxes)
        if not boxes:
            break
    across, down = picture.width / 1000, picture.height / 1000
    for left, top, right, bottom in request["rectangles"]:
        brush.rectangle((left * across, top * down, right * across, bottom * down), fill="black")
    return {"covered": covered}, encoded(picture, FULL)


def _wider(box: Box) -> Box:
    left, top, right, bottom = box
    across = int((right - left) * MARGIN) + 2
    down = int((bottom - top) * MARGIN) + 2
    # The digits that a bar code stands for are printed below or above it.
    if bottom - top < (right - left) // 2:
        down = max(down, (right - left) // 4)
    if right - left < (bottom - top) // 2:
        across = max(across, (bottom - top) // 4)
    return left - across, top - down, right + across, bottom + down


DO = {"read": read, "cover": cover}


def answer(request: dict[str, Any], data: bytes) -> tuple[dict[str, Any], bytes]:
    try:
        return DO[request["do"]](data, request)
    except NotTaken as reason:
        return {"refused": reason.args[0]}, b""
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        return {"refused": "pixels"}, b""
    except MemoryError:
        return {"refused": "memory"}, b""
    except Exception:  # a decoder's own errors are many, and all say the same
        return {"refused": "unreadable"}, b""


def main() -> None:
    limit()
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    request = json.loads(sys.stdin.buffer.readline())
    facts, picture = answer(request, sys.stdin.buffer.read())
    sys.stdout.buffer.write(json.dumps(facts).encode() + b"\n" + picture)
