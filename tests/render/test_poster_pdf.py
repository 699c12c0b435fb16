"""The poster for the till is one page that names the issuer and where to go."""

from pathlib import Path

import pytest

from portal.render.labels import Labels
from portal.render.poster_pdf import poster_pdf
from tests.render.papers import AT, overlaps, pages_of, text_of

ADDRESS = "https://portal.example/q/suministros-caribe"


@pytest.mark.parametrize("paper", ["A4", "A5"])
@pytest.mark.parametrize("times", [1, 6, 24])
def test_the_poster_has_name_address_and_qr(tmp_path: Path, paper: str, times: int) -> None:
    pdf = poster_pdf("Suministros Caribe " * times, ADDRESS, Labels(), made_at=AT, paper=paper)
    assert pages_of(pdf) == 1
    assert "Página" not in text_of(pdf)
    assert ADDRESS in text_of(pdf)
    assert b"/Subtype /Image" in pdf
    assert overlaps(pdf, tmp_path) == []
