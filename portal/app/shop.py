"""The QR for the till: where it leads, and its files."""

from __future__ import annotations

from enum import StrEnum

from portal.app.files import FileAnswer
from portal.app.portal import Portal
from portal.domain.access import Actor, Right
from portal.domain.looks import rgb
from portal.errors import NotFound
from portal.i18n import translator
from portal.ledger import shops
from portal.ledger.looks import picture_of
from portal.ledger.shops import Shop
from portal.render.labels import Labels
from portal.render.qr import qr_png, qr_svg

PIXELS = 24  # to a module: sharp at the size of a poster


class QrFormat(StrEnum):
    PNG = "png"
    SVG = "svg"
    PDF_A4 = "pdf-a4"
    PDF_A5 = "pdf-a5"


def find_shop(portal: Portal, slug: str) -> Shop:
    """The issuer of `/q/{slug}`, for whoever asks; NotFound when there is none."""
    with portal.ledger.read() as conn:
        return _found(shops.shop_by_slug(conn, slug))


def shop_address(portal: Portal, shop: Shop) -> str:
    """What the QR says."""
    return f"{portal.settings.base_url}/q/{shop.slug}"


def shop_qr(portal: Portal, actor: Actor, issuer_id: int, format: QrFormat) -> FileAnswer:
    """The QR as a picture, or as a poster in the issuer's language. NotFound without the right to give links out."""
    actor.require(Right.LINKS, issuer_id, 0)
    with portal.ledger.read() as conn:
        shop = _found(shops.shop_by_id(conn, issuer_id))
        logo = picture_of(conn, shop.look.logo) if shop.look.logo else None
    address, name = shop_address(portal, shop), f"qr-{shop.slug}"
    match format:
        case QrFormat.PNG:
            return FileAnswer(f"{name}.png", "image/png", qr_png(address, PIXELS))
        case QrFormat.SVG:
            return FileAnswer(f"{name}.svg", "image/svg+xml", qr_svg(address))
        case QrFormat.PDF_A4 | QrFormat.PDF_A5:
            return FileAnswer(f"{name}.pdf", "application/pdf", _poster(portal, shop, address, format, logo))


def _poster(portal: Portal, shop: Shop, address: str, format: QrFormat, logo: bytes | None) -> bytes:
    from portal.render.poster_pdf import poster_pdf  # fpdf costs 30 MB: only who prints pays

    labels = Labels(translator(shop.language), shop.language)
    paper = "A5" if format is QrFormat.PDF_A5 else "A4"
    colour = rgb(shop.look.colour) if shop.look.colour else None
    return poster_pdf(shop.name, address, labels, made_at=portal.clock.now(), paper=paper, logo=logo, colour=colour)


def _found(shop: Shop | None) -> Shop:
    if shop is None:
        raise NotFound()
    return shop
