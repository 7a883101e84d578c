"""Photos as a phone writes them."""

from __future__ import annotations

import io

from PIL import Image

SHANGHAI = {1: "N", 2: (30.0, 44.0, 24.0), 3: "E", 4: (121.0, 20.0, 24.0)}
"""30.74° north, 121.34° east."""


def photo(
    taken: str = "2026:06:15 09:30:00",
    place: dict[int, object] | None = None,
    *,
    offset: str = "+08:00",
    orientation: int = 1,
    size: tuple[int, int] = (64, 32),
    **gps: object,
) -> bytes:
    """A JPEG with what a camera writes; `gps` names more tags by ``tag_`` and number."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x013B] = "张三"
    exif.get_ifd(0x8769).update({0x9003: taken, 0x9011: offset})
    tags = {int(name.removeprefix("tag_")): value for name, value in gps.items()}
    exif.get_ifd(0x8825).update({**(SHANGHAI if place is None else place), **tags})
    image, written = Image.new("RGB", size, "#808080"), io.BytesIO()
    image.paste("#ffffff", (0, 0, size[0] // 2, size[1]))
    image.save(written, "JPEG", exif=exif)
    return written.getvalue()
