"""An issuer's logo: drawn anew as a small PNG, whatever was uploaded."""

from __future__ import annotations

import io

from portal.errors import Refused
from portal.files.uploads import clean_upload
from portal.text import Text

SIZE = (480, 160)  # pixels: sharp at the 48 that pages give it, small enough for every mail


def clean_logo(name: str, data: bytes) -> bytes:
    """A PNG within SIZE. Raises Refused for what is no PNG or JPEG, is damaged, or has too many pixels."""
    clean = clean_upload(name, data)
    if clean.media_type == "application/pdf":
        raise Refused(Text("El logo es una imagen: sube un PNG o un JPEG."))
    from PIL import Image  # loaded by the first picture

    with Image.open(io.BytesIO(clean.data)) as picture:
        small = picture.convert("RGBA" if picture.has_transparency_data else "RGB")
    small.thumbnail(SIZE)
    out = io.BytesIO()
    small.save(out, "PNG", optimize=True)
    return out.getvalue()
