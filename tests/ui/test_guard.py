"""Every page, cold and signed out; and what the end of a session does to a page that is open."""

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from portal.app.portal import Portal
from portal.app.sessions import IDLE, LIFETIME, end_session
from tests.factories import ABC, XYZ, FrozenClock
from tests.ui.conftest import ROOT, Visit

PAGES = sorted(path.relative_to(ROOT) for path in (ROOT / "pages" / "customer").glob("*.py"))
Shell = Callable[[str | None], AppTest]


def shown(app: AppTest) -> str:
    """Everything that a page says."""
    assert not app.exception, app.exception
    kinds = (
        app.title,
        app.header,
        app.subheader,
        app.text,
        app.markdown,
        app.caption,
        app.info,
        app.warning,
        app.metric,
    )
    return "\n".join(str(element.value) + getattr(element, "label", "") for kind in kinds for element in kind)


@pytest.mark.parametrize("session", [None, "", "0" * 64, "None", "' OR 1=1 --"])
@pytest.mark.parametrize("page", PAGES, ids=str)
def test_a_page_asked_for_cold_and_signed_out_shows_one_friendly_sentence(
    shell: Shell, page: Path, session: str | None
) -> None:
    app = AppTest.from_file(str(ROOT / page), default_timeout=30)
    app.user = {} if session is None else {"sid": session}
    assert shown(app.run()) == "Abre de nuevo tu enlace personal para continuar."
    assert shown(shell(session).run()) == "Abre de nuevo tu enlace personal para continuar."


def test_the_frame_says_whose_documents_these_are(shell: Shell, visit: Visit) -> None:
    said = shown(shell(visit(ABC.name)).run())
    assert "Empresa ABC S.A.S. · Ejemplar S.A.S." in said and XYZ.name not in said


def test_two_visitors_in_one_process_see_their_own(shell: Shell, visit: Visit) -> None:
    ana, abc = shell(visit(XYZ.name)), shell(visit(ABC.name))
    for _ in range(3):
        assert XYZ.name in shown(ana.run()) and ABC.name not in shown(ana)
        assert ABC.name in shown(abc.run()) and XYZ.name not in shown(abc)


@pytest.mark.parametrize("how", ["signed out", "idle", "over"])
def test_an_open_page_shows_nothing_at_the_first_run_after_the_end(
    shell: Shell, visit: Visit, portal: Portal, clock: FrozenClock, how: str
) -> None:
    session = visit(ABC.name)
    app = shell(session)
    assert ABC.name in shown(app.run())
    if how == "signed out":
        end_session(portal, session)
    else:
        clock.at += IDLE if how == "idle" else LIFETIME
    assert shown(app.run()) == "Abre de nuevo tu enlace personal para continuar."


def test_the_language_follows_the_choice_and_the_url_keeps_it(shell: Shell, visit: Visit) -> None:
    app = shell(visit(ABC.name)).run()
    app.segmented_control(key="language").set_value("en").run()
    assert app.query_params["lang"] in ("en", ["en"])
    app.segmented_control(key="language").set_value("es").run()
    assert "lang" not in app.query_params


def test_the_url_chooses_the_language_and_nonsense_in_it_does_no_harm(shell: Shell, visit: Visit) -> None:
    for given, language in (("en", "en"), ("../en", "es"), ("<b>", "es")):
        app = shell(visit(ABC.name))
        app.query_params["lang"] = given
        assert app.run().segmented_control(key="language").value == language
