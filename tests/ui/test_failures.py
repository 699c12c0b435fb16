import logging
import re

import pytest
from streamlit.testing.v1 import AppTest

from portal.app.portal import Portal

FORESEEN = """
from portal.errors import NotFound
from portal.ui.failures import show_failure
show_failure(NotFound())
"""
BROKEN = """
from portal.ui.failures import show_failure
show_failure(RuntimeError("SELECT secret FROM /var/lib"))
"""


def test_a_foreseen_error_shows_its_own_sentence(portal: Portal) -> None:
    app = AppTest.from_string(FORESEEN).run()
    assert [one.value for one in app.warning] == [
        "No encontramos lo que buscas. Revisa la dirección o vuelve al inicio."
    ]
    assert not app.error


def test_anything_else_shows_a_reference_that_the_log_knows(portal: Portal, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        app = AppTest.from_string(BROKEN).run()
    (error,) = app.error
    found = re.search(r"referencia ([2-9A-Z]{8})\.", error.value)
    assert found and f"reference {found[1]}" in caplog.text
    assert "SELECT" not in error.value and "SELECT" in caplog.text
