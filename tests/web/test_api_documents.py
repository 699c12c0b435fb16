"""Documents pushed over real HTTP: what each body becomes, what is refused with which sentence, and asked again."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from jsonschema import Draft202012Validator

from data.demo.einvoice import document_xml, zip_as_mailed
from portal.app.api_tokens import Scope, make_token
from portal.app.importing.asking import MOST_WAITING, ask_import
from portal.web import api_bodies
from tests.app.people import BOSS
from tests.app.test_import_files import HEAD, ROW, electronic
from tests.factories import EJEMPLAR, OTRA, bring, facts
from tests.portal_server import Running, running_portal
from tests.signed_in import issuer_named

PUSH = "/api/v1/documents"
INVOICE = {"kind": "invoice", "number": "J-1", "customer_tax_id": "900555666", "customer_name": "ABC S.A.S.",
           "issue_date": "2026-11-05", "total": 1190000.5}  # fmt: skip


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running_portal(tmp_path_factory.mktemp("push")) as process:
        bring(process.portal, facts("FE-0", issuer=EJEMPLAR), facts("FE-9", issuer=OTRA))
        yield process


@pytest.fixture(scope="module")
def token(running: Running) -> str:
    issuer = issuer_named(running.portal, EJEMPLAR.name)
    return make_token(running.portal, BOSS, issuer, "ERP", scopes=[Scope.DOCUMENTS])


@pytest.fixture(scope="module")
def http(running: Running, token: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=running.url, timeout=60, headers={"Authorization": f"Bearer {token}"}) as client:
        yield client


def sent(http: httpx.Client, body: object, kind: str = "application/json", **headers: str) -> httpx.Response:
    content = body if isinstance(body, bytes) else body.encode() if isinstance(body, str) else json.dumps(body)
    return http.post(PUSH, content=content, headers={"Content-Type": kind, **headers})


def described(http: httpx.Client, answer: httpx.Response, path: str = PUSH, method: str = "post") -> dict[str, Any]:
    """The answer's JSON, once it was found to be what OpenAPI says."""
    told = http.get("/api/v1/openapi.json").json()
    schema = told["paths"][path][method]["responses"][str(answer.status_code)]["content"]["application/json"]["schema"]
    Draft202012Validator(schema | {"components": told["components"]}).validate(answer.json())
    return dict(answer.json())


def numbers(told: dict[str, Any], name: str = "imported") -> list[str]:
    return [row["number"] for row in told[name]]


def test_every_kind_of_body_comes_in_once(http: httpx.Client) -> None:
    sheet = HEAD + ROW.format(n="C-1", total="1000,00")
    bodies: list[tuple[object, str, str]] = [
        (document_xml(electronic("SETP7")), "application/xml", "SETP7"),
        (zip_as_mailed(electronic("SETP8")), "application/zip", "SETP8"),
        (sheet, "text/csv; charset=utf-8", "C-1"),
        ({"documents": [INVOICE]}, "application/json", "J-1"),
    ]
    for body, kind, number in bodies:
        answer = sent(http, body, kind)
        told = described(http, answer)
        assert (answer.status_code, told["state"], numbers(told)) == (201, "done", [number]), told
        again = sent(http, body, kind)
        told = described(http, again)
        assert (again.status_code, numbers(told), numbers(told, "duplicates")) == (200, [], [number])


def test_json_is_one_document_or_a_list_with_what_it_pays(http: httpx.Client) -> None:
    first, second = INVOICE | {"number": "K-1", "total": 1000}, INVOICE | {"number": "K-2", "total": "500.25"}
    pays = ["K-2", {"number": "K-1", "amount": 1000}]
    receipt = INVOICE | {"kind": "receipt", "number": "KR-1", "total": "1500.25", "applies_to": pays}
    assert numbers(described(http, sent(http, first))) == ["K-1"]
    told = described(http, sent(http, [second, receipt]))
    assert numbers(told) == ["K-2", "KR-1"]
    assert [row["total"] for row in told["imported"]] == ["500.25", "1500.25"]


def test_a_key_gets_the_same_answer_and_with_other_content_a_refusal(http: httpx.Client) -> None:
    body = INVOICE | {"number": "L-1"}
    first, again = (sent(http, body, **{"Idempotency-Key": "pedido-1"}) for _ in range(2))
    assert (first.status_code, first.json()) == (201, again.json()) and again.status_code == 201
    other = sent(http, body | {"total": 1}, **{"Idempotency-Key": "pedido-1"})
    assert (other.status_code, described(http, other)["error"]["code"]) == (422, "key_reused")
    found = http.get(first.headers["location"])
    assert described(http, found, "/api/v1/imports/{id}", "get") == first.json()


def test_part_refused_is_told_apart_from_all_refused(http: httpx.Client) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("bueno.xml", document_xml(electronic("SETP9")))
        archive.writestr("roto.xml", "<Invoice")
    part = sent(http, packed.getvalue(), "application/zip")
    told = described(http, part)
    assert (part.status_code, numbers(told), told["counts"]["problems"]) == (207, ["SETP9"], 1)
    every = sent(http, [INVOICE | {"number": "N-1"}, INVOICE | {"number": "N-2", "total": "mil"}])
    told = described(http, every)
    assert (every.status_code, told["counts"]["imported"]) == (422, 0)
    assert told["problems"][0]["place"] == "fila 2, columna «total»"


def test_what_another_issued_is_refused_by_name(http: httpx.Client) -> None:
    answer = sent(http, INVOICE | {"number": "X-1", "issuer_tax_id": "900300400", "issuer_name": "Otra Empresa S.A."})
    told = described(http, answer)
    assert answer.status_code == 422 and "no por Ejemplar" in told["problems"][0]["reason"]


@pytest.mark.parametrize(
    ("body", "kind", "status", "sentence"),
    [
        ("x", "text/plain", 415, "Content-Type"),
        ("x", "multipart/form-data; boundary=x", 415, "Content-Type"),
        ("", "application/json", 422, "ningún contenido"),
        ("{", "application/json", 422, "No es JSON"),
        ("[" * 100_000, "application/json", 422, "No es JSON"),
        ('{"total": NaN}', "application/json", 422, "No es JSON"),
        ("[]", "application/json", 422, "al menos uno"),
        ('[{"kind": "invoice", "numero_raro": 1}]', "application/json", 422, "no es un campo"),
        (json.dumps(INVOICE | {"kind": {"a": 1}}), "application/json", 422, "texto, un número o null"),
        (json.dumps(INVOICE | {"kind": True}), "application/json", 422, "texto, un número o null"),
        (json.dumps(INVOICE | {"kind": "receipt", "applies_to": [{"n": 1}]}), "application/json", 422, "objetos con"),
        ('{"kind": "invoice", "number": "x"}', "application/json", 422, "Faltan las columnas"),
        ("[1]", "application/json", 422, "es un objeto"),
        ("<Invoice", "application/xml", 422, "mal formado"),
        ("PK\x03\x04", "application/zip", 422, ""),
    ],
)
def test_what_can_not_be_read_is_said_in_one_sentence(
    http: httpx.Client, body: str, kind: str, status: int, sentence: str
) -> None:
    answer = sent(http, body, kind)
    told = described(http, answer)
    said = told["error"]["message"] if "error" in told else told["problems"][0]["reason"]
    assert answer.status_code == status and sentence in said and said.endswith("."), told


def test_too_much_is_refused_before_it_is_read(http: httpx.Client) -> None:
    answer = sent(http, b"x" * (api_bodies.LONGEST + 1), "text/csv")
    assert (answer.status_code, described(http, answer)["error"]["code"]) == (413, "too_large")


@pytest.mark.parametrize("key", ["", "a b", "x" * 256])
def test_a_key_that_is_none_is_refused(http: httpx.Client, key: str) -> None:
    answer = sent(http, INVOICE, **{"Idempotency-Key": key})
    assert answer.status_code == 422 and "Idempotency-Key" in described(http, answer)["error"]["message"]


def test_a_token_does_what_it_was_made_for_and_at_its_issuer(running: Running, http: httpx.Client) -> None:
    first = sent(http, INVOICE | {"number": "T-1"}).headers["location"]
    own, other = issuer_named(running.portal, EJEMPLAR.name), issuer_named(running.portal, OTRA.name)
    reads = make_token(running.portal, BOSS, own, "pagos")
    refused = sent(http, INVOICE, Authorization=f"Bearer {reads}")
    assert (refused.status_code, described(http, refused)["error"]["code"]) == (403, "forbidden")
    assert http.get("/api/v1/payments").status_code == 403
    stranger = {"Authorization": "Bearer " + make_token(running.portal, BOSS, other, "x", scopes=list(Scope))}
    assert http.get(first, headers=stranger).status_code == 404
    assert http.get("/api/v1/imports/nada").status_code == 404
    assert sent(http, INVOICE, Authorization="Bearer pdc_" + "A" * 43).status_code == 401


def test_a_large_sheet_is_told_by_counts(http: httpx.Client) -> None:
    sheet = HEAD + "".join(ROW.format(n=f"G-{n}", total="10,00") for n in range(1_200))
    told = described(http, sent(http, sheet, "text/csv"))
    assert told["counts"]["imported"] == 1_200 and len(told["imported"]) == 1_000


def test_an_issuer_with_too_much_waiting_is_told_so(running: Running, http: httpx.Client) -> None:
    issuer = issuer_named(running.portal, EJEMPLAR.name)
    for number in range(MOST_WAITING):  # this process has no workers: they wait
        ask_import(running.portal, BOSS, issuer, [(f"{number}.csv", b"x")])
    answer = sent(http, INVOICE | {"number": "W-1"})
    assert answer.status_code in (201, 429)  # the server's own workers may be quicker
    described(http, answer)
