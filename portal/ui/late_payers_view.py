"""Who pays late: the days beyond the due date with their spread, and the customers who pay latest."""

from __future__ import annotations

from decimal import Decimal

import streamlit as st

from portal.app.trends import Payers
from portal.domain.lateness import Lateness
from portal.domain.trends import Chart
from portal.render import trend_tables as tables
from portal.render.trend_tables import delay_name
from portal.text import Text
from portal.ui import show
from portal.ui.filter_bar import show_list
from portal.ui.i18n import say
from portal.ui.row_button import Button
from portal.ui.row_table import draw_rows
from portal.ui.trend_charts import Told, draw_columns
from portal.ui.trend_choices import Chosen
from portal.ui.trends_view import begin, draw_files, draw_table


def draw_delays(chosen: Chosen, found: Lateness) -> None:
    """What was paid by how late it was."""
    currency, said = chosen.books.currency, show.labels()
    if not begin(Chart.DELAYS, _finding(found) if found.days else None):
        return
    _draw_figures(found)
    spread = found.spread()
    names = [delay_name(one, said) for one in spread]
    series = {say(Text("Pagado")): [paid.amount for paid in spread.values()]}
    draw_columns("mora", Told(names, series, currency, say(_finding(found))))
    draw_table(chosen, Chart.DELAYS, tables.delay_table(spread, currency, said), 1)


def _finding(found: Lateness) -> Text:
    half = found.quantile(50)
    if half > 0:
        return Text("La mitad de lo pagado llegó {days} o más después de vencer.", days=_days(half))
    if half == 0:
        return Text("La mitad de lo pagado llegó el día que vencía, o antes.")
    return Text("La mitad de lo pagado llegó {days} o más antes de vencer.", days=_days(-half))


def _draw_figures(found: Lateness) -> None:
    mean = say(Text("{days} días", days=show.labels().number(Decimal(found.mean_tenths()) / 10)))
    beyond = say(Text("Después del día en que vencía; con un menos delante, antes. Cuenta más lo que más vale."))
    with st.container(horizontal=True):
        st.metric(say(Text("La mitad del dinero, a los")), say(_days(found.quantile(50))), help=beyond)
        st.metric(say(Text("El 90 % del dinero, a los")), say(_days(found.quantile(90))))
        st.metric(say(Text("En promedio, a los")), mean)
        st.metric(say(Text("Documentos pagados")), show.labels().number(Decimal(found.whole.documents)))


def _days(number: int) -> Text:
    return Text("1 día") if number == 1 else Text("{days} días", days=number)


def draw_latest(chosen: Chosen, found: Payers) -> None:
    """The customers who pay latest; one leads to its documents that are paid."""
    rows, currency = found.lateness.customers, chosen.books.currency
    if chosen.books.customer_id is not None or not rows:
        return
    st.subheader(say(tables.TITLES[Chart.LATEST]))
    if found.lateness.customer_count > len(rows):
        st.text(say(Text("Los {n} que pagan más tarde, de {all} que pagaron algo.",
                         n=len(rows), all=found.lateness.customer_count)))  # fmt: skip
    spoken = tables.latest_table(rows, found.names, currency, show.labels()).spoken(currency, show.labels())
    columns = {Text("{name}", name=name): cells for name, cells in spoken.items()}
    lead, *sums = columns
    click = draw_rows("pagan-tarde", columns, [Button(Text("Ver documentos"))], lead=lead, sums=sums)
    draw_files(chosen, Chart.LATEST)
    if click:
        show_list({"cliente": str(rows[click[1]].customer_id), "moneda": currency})
