"""Hands for the payer's screens: pages opened by the till's payer, what they ask and say."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from portal.domain.places import PAY, Place
from portal.ledger.checkouts import Checkout, of_basket
from portal.ui.nav import script
from tests.app.payments.till import Till
from tests.ui.conftest import SHELL
from tests.ui.hands import ran


def app(till: Till, session: str | None = None) -> AppTest:
    """The first page, as the payer or whose session it is sees it."""
    made = AppTest.from_file(SHELL, default_timeout=30)
    made.user = {"sid": session or till.session}
    return ran(made)


def page(till: Till, place: Place, session: str | None = None, **query: str) -> AppTest:
    """A page with what its address says."""
    made = app(till, session)
    for name, value in query.items():
        made.query_params[name] = value
    return made.switch_page(str(script(place))).run()


def paying(till: Till, *numbers: str) -> AppTest:
    """The page where these are paid."""
    return page(till, PAY, b=str(till.bill(*numbers)[0]))


def names(made: AppTest) -> list[str]:
    """Of all buttons; amounts with a plain blank."""
    return [plain(one.label) for one in made.button]


def ways(made: AppTest) -> list[str]:
    """Of the buttons that lead on to paying."""
    return [name for name in names(made) if name.startswith("Pagar")]


def go(made: AppTest, name: str) -> AppTest:
    """Press the button with this name."""
    next(one for one in made.button if plain(one.label) == name).click()
    return ran(made)


def asked(made: AppTest) -> str:
    """The sum in large figures."""
    (metric,) = made.metric
    return plain(str(metric.value))


def said(made: AppTest) -> str:
    """All that the page says in words."""
    assert not made.exception, made.exception
    kinds = (made.title, made.subheader, made.text, made.caption, made.info, made.warning, made.success, made.error)
    return "\n".join(plain(str(one.value)) for kind in kinds for one in kind)


def shows_nothing(made: AppTest) -> bool:
    """Whether the page ended as one that is not there does: what is said then, `show_failure` says."""
    return len(made.exception) == 1 and not (made.metric or made.success or made.error or made.table or ways(made))


def refused(made: AppTest) -> list[str]:
    return [plain(one.value) for one in made.error]


def checkouts(till: Till, made: AppTest) -> list[Checkout]:
    """Those of the basket that the page's address names."""
    asked = made.query_params["b"]
    with till.portal.ledger.read() as conn:
        return of_basket(conn, int(asked[0] if isinstance(asked, list) else asked))


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\\", "")
