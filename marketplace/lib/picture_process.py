"""The process in which strangers' pictures are decoded: little memory, little time, no database.

Run as `python -m marketplace.lib.picture_process`. It reads one request from standard input, a
line of JSON (`{"do": "read"}` or `{"do": "cover", "rectangles": [[l, t, r, b] …]}`, thousandths)
and the picture's bytes behind it, and answers with a line of JSON and the new picture's bytes.
What can't be a picture is answered with `{"error": …}`; a killed process says as much.
"""

import io
import json
import resource
import sys
import warnings
from typing import Any

from PIL import Image, ImageDraw, ImageOps
from zxingcpp import read_barcodes

MEMORY = 512 * 1024 * 1024
SECONDS = 10
FORMATS = ("JPEG", "PNG", "WEBP")
MOST_PIXELS = 40_000_000
LONGEST_SIDE = 12_000
SHOWN, FULL = 960, 2_048  # px of the longer side
MARGIN = 0.12  # around a code that is blacked out
QUALITY = 82

Box = tuple[int, int, int, int]


class NoPicture(Exception):
    """The bytes are no picture that we take."""


def limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def opened(data: bytes) -> Image.Image:
    """The whole picture, upright, in RGB, at most 2,048 px; what it weighs is asked first."""
    picture = Image.open(io.BytesIO(data), formats=FORMATS)
    width, height = picture.size
    if width * height > MOST_PIXELS or max(width, height) > LONGEST_SIDE:
        raise NoPicture("too many pixels")
    if getattr(picture, "n_frames", 1) != 1:
        raise NoPicture("more than one frame")
    picture.load()
    turned = picture.getexif().get(0x0112, 1)
    picture.thumbnail((FULL, FULL), Image.Resampling.LANCZOS)
    upright = ImageOps.exif_transpose(picture) if turned != 1 else picture
    return _flat(upright)


def _flat(picture: Image.Image) -> Image.Image:
    """On white, in eight-bit RGB, without anything that came along with it."""
    if picture.mode in {"I", "I;16", "I;16B", "F"}:
        picture = picture.point(lambda value: value / 256).convert("L")
    if picture.mode in {"RGBA", "LA", "PA"} or "transparency" in picture.info:
        above = picture.convert("RGBA")
        white = Image.new("RGBA", above.size, "white")
        return Image.alpha_composite(white, above).convert("RGB")
    return picture.convert("RGB")


def encoded(picture: Image.Image, side: int) -> bytes:
    """WebP without metadata, at most `side` px."""
    small = picture.copy()
    small.thumbnail((side, side), Image.Resampling.LANCZOS)
    target = io.BytesIO()
    small.save(target, "WEBP", quality=QUALITY, method=4, exif=b"", icc_profile=b"")
    return target.getvalue()


def codes(picture: Image.Image) -> tuple[list[str], list[Box]]:
    """What bar and QR codes say, looked for at two scales, and where they stand."""
    texts: set[str] = set()
    boxes: list[Box] = []
    for side in (FULL, SHOWN):
        scaled = picture.copy()
        scaled.thumbnail((side, side))
        factor = picture.width / scaled.width
        for found in read_barcodes(scaled):
            texts.add(found.text)
            place = found.position
            corners = (place.top_left, place.top_right, place.bottom_right, place.bottom_left)
            across = [corner.x * factor for corner in corners]
            down = [corner.y * factor for corner in corners]
            boxes.append((int(min(across)), int(min(down)), int(max(across)), int(max(down))))
    return sorted(texts), boxes


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


def read(picture: Image.Image, _request: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    texts, _boxes = codes(picture)
    facts = {
        "width": picture.width,
        "height": picture.height,
        "payloads": texts,
        "dhash": difference_hash(picture),
    }
    return facts, encoded(picture, SHOWN)


def cover(picture: Image.Image, request: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    """Codes and the owner's rectangles burnt in black."""
    _texts, boxes = codes(picture)
    brush = ImageDraw.Draw(picture)
    for box in boxes:
        brush.rectangle(_wider(box), fill="black")
    for left, top, right, bottom in request["rectangles"]:
        across, down = picture.width / 1000, picture.height / 1000
        brush.rectangle((left * across, top * down, right * across, bottom * down), fill="black")
    return {"covered": len(boxes)}, encoded(picture, FULL)


def _wider(box: Box) -> Box:
    left, top, right, bottom = box
    across = int((right - left) * MARGIN) + 2
    down = int((bottom - top) * MARGIN) + 2
    # A bar code's lines reach further up and down than the reader says.
    down = max(down, (right - left) // 4) if bottom - top < (right - left) // 4 else down
    return left - across, top - down, right + across, bottom + down


DO = {"read": read, "cover": cover}


def main() -> None:
    limit()
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    request = json.loads(sys.stdin.buffer.readline())
    data = sys.stdin.buffer.read()
    try:
        facts, picture = DO[request["do"]](opened(data), request)
    except MemoryError:
        facts, picture = {"error": "too large"}, b""
    except Exception as error:
        facts, picture = {"error": type(error).__name__}, b""
    sys.stdout.buffer.write(json.dumps(facts).encode() + b"\n" + picture)


if __name__ == "__main__":
    main()
