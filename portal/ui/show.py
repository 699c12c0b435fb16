"""Words, money and dates on screen, in the visitor's language: the same ones as on paper."""

from __future__ import annotations

from portal.domain.aging import Settlement
from portal.domain.documents import Kind
from portal.i18n import translator
from portal.render.labels import Labels
from portal.render.words import kind_name, means_name
from portal.text import Text
from portal.ui.state import language, zone
from portal.views.rows import DocumentRow

POS = "20"
_DEBIT = {
    Settlement.OPEN: Text("Pendiente"),
    Settlement.PART: Text("Abonada en parte"),
    Settlement.SETTLED: Text("Pagada"),
    Settlement.VOID: Text("Anulada"),
}
_CREDIT = {
    Settlement.OPEN: Text("Por aplicar"),
    Settlement.PART: Text("Aplicado en parte"),
    Settlement.SETTLED: Text("Aplicado"),
    Settlement.VOID: Text("Anulado"),
}

_CREDIT_NOTE = _CREDIT | {  # «la nota»
    Settlement.PART: Text("Aplicada en parte"),
    Settlement.SETTLED: Text("Aplicada"),
    Settlement.VOID: Text("Anulada"),
}


_DAYS = {"es": "DD/MM/YYYY", "en": "MMM D, YYYY"}
_TYPED_DAYS = {"es": "DD/MM/YYYY", "en": "YYYY-MM-DD"}


def labels() -> Labels:
    """How this visitor reads words, numbers and dates; instants in the zone of the issuer that the page is about."""
    return Labels(translator(language()), language(), zone())


def day_format() -> str:
    """How a table writes its dates, by the letters of Moment.js: as `Labels.day` does."""
    return _DAYS[language()]


def typed_day_format() -> str:
    """How a date is typed: in English year first, because 03/11 would be read in two ways."""
    return _TYPED_DAYS[language()]


def money(minor: int, currency: str) -> str:
    """An amount with its currency: «COP 1.234.567,89»."""
    return f"{currency}\u00a0{labels().money(minor, currency)}"


def kind(row_kind: Kind, type_code: str | None = None) -> str:
    """The kind of a document, in words."""
    said = labels()
    return said.say(Text("Documento POS")) if type_code == POS else kind_name(row_kind, said)


def provider(title: str) -> str:
    """A payment provider's title: a name, but for the sandbox, whose title is in the catalog."""
    in_words = labels().gettext
    return in_words(title)


def status(row: DocumentRow) -> str:
    """How a document stands, in a word or two, late ones with their days."""
    say = labels().say
    if row.in_review:
        return say(Text("En revisión"))
    if row.disputed:
        return say(Text("En disputa"))
    if row.overdue:
        return say(Text("Vencida · {days} d", days=row.days_late))
    if row.by_credit_notes and row.settlement is Settlement.SETTLED:
        return say(Text("Saldada con nota crédito"))
    if row.reserved and row.settlement is not Settlement.SETTLED:
        return say(Text("Reservado"))
    if row.kind.is_debit:
        return say(_DEBIT[row.settlement])
    return say((_CREDIT_NOTE if row.kind is Kind.CREDIT_NOTE else _CREDIT)[row.settlement])


def method(row: DocumentRow) -> str:
    """The methods of the payments applied; else the document's own, marked as agreed."""
    if not row.method:
        return ""
    said = labels()
    names = ", ".join(means_name(code, said) for code in row.method.split(","))
    return said.say(Text("{method} (acordado)", method=names)) if row.agreed else names
