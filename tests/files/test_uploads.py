"""An upload is what its bytes are; a picture is drawn anew; nothing hidden in it is kept."""

from __future__ import annotations

import io
import random
import struct
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from portal.errors import Refused
from portal.files.uploads import MOST, clean_upload

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer<<>>\n%%EOF\n"


def picture(kind: str, size: tuple[int, int] = (64, 48), mode: str = "RGB", **more: object) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, 128 if mode in ("L", "P") else None).save(out, kind, **more)
    return out.getvalue()


def reopened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


@pytest.mark.parametrize(
    ("data", "media", "name"),
    [
        (PDF, "application/pdf", "soporte.pdf"),
        (picture("PNG"), "image/png", "soporte.png"),
        (picture("JPEG"), "image/jpeg", "soporte.jpg"),
    ],
)
def test_the_content_says_what_it_is_whatever_it_is_called(data: bytes, media: str, name: str) -> None:
    for called in ("soporte.exe", "soporte.pdf.html", "soporte"):
        clean = clean_upload(called, data)
        assert clean.media_type == media and clean.name.endswith(name.rpartition(".")[2])


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<html><script>alert(1)</script>",
        b"MZ\x90\x00" + b"\0" * 500,
        b"GIF89a" + b"\0" * 50,
        b"RIFF\0\0\0\0WEBPVP8 ",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"PK\x03\x04" + b"\0" * 50,
        b"%PDF-1.7 without an end",
        b"text before %PDF-1.7\n%%EOF",
        picture("PNG")[:-20],
        picture("JPEG")[:120],
        b"\x89PNG\r\n\x1a\n" + b"\0" * 100,
        b"\xff\xd8\xff\xe0" + b"\0" * 100,
    ],
)
def test_what_is_none_of_these_or_broken_is_refused(data: bytes) -> None:
    with pytest.raises(Refused):
        clean_upload("soporte.png", data)


def test_five_megabytes_are_the_most() -> None:
    body = PDF[:-6]
    assert clean_upload("a.pdf", body + b"\n" * (MOST - len(body) - 6) + b"%%EOF\n")
    with pytest.raises(Refused, match="5 MB"):
        clean_upload("a.pdf", body + b"\n" * (MOST - len(body) - 5) + b"%%EOF\n")


def test_a_photograph_stands_upright_smaller_and_tells_no_place() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # lies on its side
    exif[0x010E] = "Calle 1 # 2-3"
    clean = clean_upload("foto.jpg", picture("JPEG", (3000, 1000), exif=exif))
    assert b"Calle" not in clean.data and reopened(clean.data).getexif() == {}
    assert reopened(clean.data).size == (800, 2400)


def test_words_in_a_png_are_left_out() -> None:
    from PIL.PngImagePlugin import PngInfo

    words = PngInfo()
    words.add_text("Comment", "<script>alert(1)</script>", zip=False)
    clean = clean_upload("a.png", picture("PNG", pnginfo=words) + b"<script>after the end</script>")
    assert b"script" not in clean.data


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_kind_of_png_is_drawn(mode: str) -> None:
    assert reopened(clean_upload("a.png", picture("PNG", mode=mode)).data).size == (64, 48)


def test_a_picture_that_would_fill_the_memory_is_refused_unread() -> None:
    head = struct.pack(">IIBBBBB", 100_000, 100_000, 8, 2, 0, 0, 0)
    chunk = struct.pack(">I", 13) + b"IHDR" + head + struct.pack(">I", zlib.crc32(b"IHDR" + head))
    with pytest.raises(Refused, match="demasiados puntos"):
        clean_upload("a.png", b"\x89PNG\r\n\x1a\n" + chunk + picture("PNG")[33:])


@pytest.mark.parametrize(
    ("called", "kept"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\ana\\recibo banco.pdf", "recibo banco.pdf"),
        ('a"\r\nX-Evil: 1.pdf', "aX-Evil 1.pdf"),
        ("", "archivo.pdf"),
        (".pdf", "archivo.pdf"),
        ("consignación ñ.PDF", "consignación ñ.pdf"),
        ("x" * 500, "x" * 100 + ".pdf"),
    ],
)
def test_a_name_is_kept_as_far_as_it_is_harmless(called: str, kept: str) -> None:
    assert clean_upload(called, PDF).name == kept


@settings(max_examples=60)
@given(st.sampled_from(["PNG", "JPEG"]), st.integers(0, 2**32), st.integers(1, 20))
def test_a_damaged_picture_is_drawn_or_refused_and_nothing_else(kind: str, seed: int, hits: int) -> None:
    dice, data = random.Random(seed), bytearray(picture(kind))
    for _ in range(hits):
        data[dice.randrange(3, len(data))] = dice.randrange(256)
    try:
        clean_upload("a", bytes(data))
    except Refused:
        return
