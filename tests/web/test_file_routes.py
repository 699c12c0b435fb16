import httpx
import pytest

from tests.web.conftest import PDF, XML, Visitor, World

ODD = ["0", "-1", "1.5", "abc", "1e3", "01", "9" * 19, "9" * 40, "%0a1", "1%0a", "1%2f1", "a/b", "١", "", " 1"]


def test_a_visitor_downloads_the_own_document(world: World, ana: Visitor) -> None:
    pdf = ana.http.get(f"/documents/{world.ana.document_id}.pdf")
    xml = ana.http.get(f"/documents/{world.ana.document_id}.xml")
    assert (pdf.content, pdf.headers["content-type"]) == (PDF, "application/pdf")
    assert (xml.content, xml.headers["content-type"]) == (XML, "application/xml")
    for answer, name in ((pdf, "FE-1.pdf"), (xml, "FE-1.xml")):
        assert answer.headers["content-disposition"] == f"attachment; filename=\"{name}\"; filename*=UTF-8''{name}"
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"


def test_only_a_pdf_is_shown_in_the_browser(world: World, ana: Visitor) -> None:
    path = f"/documents/{world.ana.document_id}"
    assert ana.http.get(path + ".pdf?inline=1").headers["content-disposition"].startswith("inline")
    for other in (path + ".pdf?inline=0", path + ".pdf?inline=true", path + ".xml?inline=1"):
        assert ana.http.get(other).headers["content-disposition"].startswith("attachment")


def test_head_says_the_same_without_the_bytes(world: World, ana: Visitor) -> None:
    path = f"/documents/{world.ana.document_id}.pdf"
    whole, head = ana.http.get(path), ana.http.head(path)
    assert head.status_code == 200 and head.content == b""
    assert {k: v for k, v in head.headers.items() if k != "date"} == {
        k: v for k, v in whole.headers.items() if k != "date"
    }


def test_foreign_missing_and_odd_ids_answer_the_same_byte_for_byte(world: World, ana: Visitor) -> None:
    numbers = [str(world.bob.document_id), "1", str(2**63 - 1), str(world.ana.document_id + 1), *ODD]
    suffixes = (".pdf", ".xml", "", ".PDF", ".pdf/", ".html")
    answers = [ana.http.get(f"/documents/{number}{suffix}") for number in numbers for suffix in suffixes]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1
    headers = {tuple((k, v) for k, v in answer.headers.items() if k != "date") for answer in answers}
    assert len(headers) == 1


@pytest.mark.parametrize("suffix", [".pdf", ".xml", ".pdf?inline=1"])
def test_without_a_session_every_file_answers_the_same(world: World, stranger: httpx.Client, suffix: str) -> None:
    answers = [stranger.get(f"/documents/{one}{suffix}") for one in (world.ana.document_id, 1, "x")]
    assert {answer.status_code for answer in answers} == {401} and len({answer.content for answer in answers}) == 1


def test_a_name_from_a_document_can_not_break_the_header() -> None:
    from portal.web.file_routes import _disposition

    given = _disposition("attachment", 'FE/1"\r\nSet-Cookie: a=b\\ñandú €.pdf')
    assert given == (
        'attachment; filename="FE-1---Set-Cookie- a-b--and- -.pdf"; '
        "filename*=UTF-8''FE-1---Set-Cookie-%20a-b-%C3%B1and%C3%BA%20-.pdf"
    )
