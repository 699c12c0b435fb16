"""Every event has its words, and details are said as people would."""

import pytest

from portal.ledger.audit import Event
from portal.render.labels import Labels
from portal.ui.agents import agent_words
from portal.ui.audit_words import EVENTS, detail_words
from tests.signed_in import CHROME

SAID = Labels()


def test_every_event_has_words_of_its_own() -> None:
    assert set(EVENTS) == set(Event)
    assert len({str(words) for words in EVENTS.values()}) == len(Event)


@pytest.mark.parametrize(
    ("detail", "words"),
    [
        (None, ""),
        ('{"days": 90}', "días: 90"),
        ('{"rights": "download see", "user": 7}', "permisos: ver, descargar"),
        ('{"role": "collector", "rights": ""}', "nivel: Cartera"),
        ('{"role": "operator"}', "nivel: Quien opera el portal"),
        (
            '{"device_code": "on", "auto_requests": "off"}',
            "código en dispositivos nuevos: sí · aprobación automática: no",
        ),
        ('{"auto_requests": "off"}', "aprobación automática: no"),
        ('{"decision": "left_out", "note": "No es nuestro"}', "decisión: no se abona · nota: No es nuestro"),
        ('{"provider": "wompi", "what": "removed"}', "proveedor: wompi · cuenta: quitada"),
        ('{"link": 123, "unknown": "x"}', ""),
    ],
)
def test_details_are_said_and_ids_left_out(detail: str | None, words: str) -> None:
    assert detail_words(detail, SAID) == words


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (CHROME, "Chrome en Android"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Safari/604.1",
            "Safari en iPhone",
        ),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge en Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox en Linux"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X)", "Mac"),
        ("curl/8.0", "Navegador desconocido"),
        (None, "Navegador desconocido"),
    ],
)
def test_browsers_are_named_in_plain_words(agent: str | None, words: str) -> None:
    assert str(agent_words(agent)) == words
