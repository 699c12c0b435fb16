"""The QR for the till leads to the issuer's own address, in every form it is printed in."""

from __future__ import annotations

import subprocess
from io import BytesIO
from pathlib import Path

import pytest
from lxml import etree
from PIL import Image
from qrcode.constants import ERROR_CORRECT_M
from qrcode.main import QRCode

from portal.app.portal import Portal
from portal.app.shop import QrFormat, find_shop, shop_address, shop_qr
from portal.domain.roles import Role
from portal.errors import NotFound
from portal.render.qr import QUIET
from tests.app.people import BOSS, add_party, issuer_of, set_issuer, staff
from tests.render.papers import text_of

Modules = list[list[bool]]
BLACK = 20  # of 255; the words on a poster are lighter
POINTS = {QrFormat.PDF_A4: "595.28 x 841.89", QrFormat.PDF_A5: "419.53 x 595.28"}


@pytest.fixture
def issuer(portal: Portal) -> int:
    return issuer_of(portal, add_party(portal, "900100200", "900555666")[0])


@pytest.fixture
def modules(portal: Portal, issuer: int) -> Modules:
    """The code as another program draws it for the address that we want."""
    code = QRCode(error_correction=ERROR_CORRECT_M, border=QUIET)
    code.add_data(f"{portal.settings.base_url}/q/emisor-900100200".encode(), optimize=0)
    return [[bool(module) for module in row] for row in code.get_matrix()]


def sampled(picture: Image.Image, side: int) -> Modules:
    """The middle of each module."""
    step = picture.width / side
    grey = picture.convert("L")
    points = [int((place + 0.5) * step) for place in range(side)]
    return [[int(str(grey.getpixel((x, y)))) < 128 for x in points] for y in points]


def test_the_shop_is_found_by_its_address(portal: Portal, issuer: int) -> None:
    shop = find_shop(portal, "emisor-900100200")
    assert (shop.id, shop.name) == (issuer, "Emisor 900100200")
    assert shop_address(portal, shop) == f"{portal.settings.base_url}/q/emisor-900100200"


@pytest.mark.parametrize("slug", ["", "emisor", "EMISOR-900100200", "emisor-900100200'", "x" * 500])
def test_any_other_address_is_no_shop(portal: Portal, issuer: int, slug: str) -> None:
    with pytest.raises(NotFound):
        find_shop(portal, slug)


def test_the_png_says_the_shops_address(portal: Portal, issuer: int, modules: Modules) -> None:
    file = shop_qr(portal, BOSS, issuer, QrFormat.PNG)
    picture = Image.open(BytesIO(file.data))
    assert (file.name, file.media_type) == ("qr-emisor-900100200.png", "image/png")
    assert picture.width >= 800
    assert sampled(picture, len(modules)) == modules


def test_the_svg_says_the_shops_address(portal: Portal, issuer: int, modules: Modules) -> None:
    file = shop_qr(portal, BOSS, issuer, QrFormat.SVG)
    dark = set()
    for run in etree.fromstring(file.data)[1].get("d").rstrip("z").split("z"):
        start, _, rest = run.lstrip("M").partition("h")
        x, y = map(int, start.split())
        dark |= {(x + step, y) for step in range(int(rest.partition("v")[0]))}
    side = range(len(modules))
    assert (file.media_type, [[(x, y) in dark for x in side] for y in side]) == ("image/svg+xml", modules)


@pytest.mark.parametrize("paper", POINTS)
def test_the_printed_poster_says_the_shops_address_and_whose_it_is(
    portal: Portal, issuer: int, modules: Modules, paper: QrFormat, tmp_path: Path
) -> None:
    file = shop_qr(portal, BOSS, issuer, paper)
    told = text_of(file.data)
    assert all(word in told for word in ("Emisor 900100200", "Escanea y consulta tus facturas", "/q/emisor-900100200"))
    (tmp_path / "poster.pdf").write_bytes(file.data)
    about = subprocess.run(["pdfinfo", tmp_path / "poster.pdf"], capture_output=True, text=True, check=True).stdout
    assert POINTS[paper] in about and "Pages:           1" in about
    inner = [row[QUIET:-QUIET] for row in modules[QUIET:-QUIET]]
    assert sampled(printed_code(tmp_path / "poster.pdf"), len(inner)) == inner


def printed_code(poster: Path) -> Image.Image:
    """The code on a printed poster, without its quiet zone: the only thing on it in full black."""
    subprocess.run(["pdftoppm", "-r", "200", "-png", "-singlefile", poster, poster.with_suffix("")], check=True)
    page = Image.open(poster.with_suffix(".png")).convert("L")
    return page.crop(page.point(lambda grey: 255 * (grey < BLACK)).getbbox())


def test_the_poster_speaks_the_issuers_language(portal: Portal, issuer: int) -> None:
    set_issuer(portal, issuer, language="en")
    assert "Point your phone" in text_of(shop_qr(portal, BOSS, issuer, QrFormat.PDF_A4).data)


def test_the_issuers_desk_prints_its_own_only(portal: Portal, issuer: int) -> None:
    foreign = issuer_of(portal, add_party(portal, "900300400", "900555666")[0])
    collector = staff(portal, issuer)
    assert shop_qr(portal, collector, issuer, QrFormat.PNG).data
    for actor, wanted in ((collector, foreign), (staff(portal, issuer, Role.READER), issuer), (BOSS, 99)):
        with pytest.raises(NotFound):
            shop_qr(portal, actor, wanted, QrFormat.PNG)
