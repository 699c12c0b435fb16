"""What somebody uploads, made harmless: pictures drawn anew, PDFs bounded, all else refused, whatever it is called."""

from __future__ import annotations

import io
import re
import threading
from dataclasses import dataclass

from portal.errors import Refused
from portal.text import Text

MOST = 5 * 1024 * 1024  # bytes
MEDIA = ("application/pdf", "image/png", "image/jpeg")
_LONGEST_NAME = 100
_SIDE = 2_400  # pixels that are kept of a picture's longer side
_MOST_PIXELS = 30_000_000  # that are drawn at once: 120 MB
_MOST_JPEG = 85_000_000  # a JPEG is read at a fraction of this; beyond it Pillow itself warns
_ONE_AT_A_TIME = threading.Lock()  # a picture takes much memory for a moment
_STRANGE = re.compile(r"[^\w. ()-]")


@dataclass(frozen=True, slots=True)
class Clean:
    """Bytes that may be kept and given to others; `name` ends as its kind does."""

    name: str
    media_type: str
    data: bytes


def clean_upload(name: str, data: bytes) -> Clean:
    """The upload as it may be kept. Its content alone says what it is. Raises Refused for anything else.

    A picture is drawn anew, upright and no larger than needed: what was hidden in the file, the place where a
    photograph was taken too, is not in the copy.
    """
    if len(data) > MOST:
        raise Refused(Text("El archivo pesa más de 5 MB: súbelo más liviano, o una foto más pequeña."))
    if data.startswith(b"%PDF-") and b"%%EOF" in data[-2048:]:
        return Clean(named(name, "pdf"), "application/pdf", data)
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return Clean(named(name, "png"), "image/png", _drawn(data, "PNG"))
    if data.startswith(b"\xff\xd8\xff"):
        return Clean(named(name, "jpg"), "image/jpeg", _drawn(data, "JPEG"))
    raise Refused(Text("El archivo no es un PDF, ni una imagen PNG o JPEG: sube uno de esos."))


def named(name: str, ending: str) -> str:
    """What a file may be called: the last part of a name, without what a file system or a header might misread."""
    last = re.split(r"[\\/]", name)[-1]
    stem = _STRANGE.sub("", last.rpartition(".")[0] if "." in last else last).strip(". ")[:_LONGEST_NAME]
    return f"{stem or 'archivo'}.{ending}"


def _drawn(data: bytes, kind: str) -> bytes:
    with _ONE_AT_A_TIME:
        try:
            return _draw(data, kind)
        except Refused:
            raise
        except Exception as error:
            raise Refused(Text("La imagen está dañada o incompleta: tómala o guárdala otra vez.")) from error


def _draw(data: bytes, kind: str) -> bytes:
    from PIL import Image, ImageOps  # loaded by the first picture: few processes ever see one

    try:
        opened = Image.open(io.BytesIO(data), formats=(kind,))
    except Image.DecompressionBombError:
        raise _too_large() from None
    with opened as picture:
        if kind == "JPEG":
            if picture.width * picture.height > _MOST_JPEG:
                raise _too_large()
            picture.draft("RGB", (_SIDE, _SIDE))  # read at a fraction of its size
        if picture.width * picture.height > _MOST_PIXELS:
            raise _too_large()
        upright = ImageOps.exif_transpose(picture)
        upright.thumbnail((_SIDE, _SIDE))
        mode = "RGBA" if kind == "PNG" and upright.has_transparency_data else "RGB"
        bare = Image.new(mode, upright.size)  # no metadata comes along
        bare.paste(upright.convert(mode))
        out = io.BytesIO()
        bare.save(out, kind, quality=85)
    return out.getvalue()


def _too_large() -> Refused:
    return Refused(Text("La imagen tiene demasiados puntos: súbela más pequeña, o en PDF."))
