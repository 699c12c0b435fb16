"""The page of «ya pagué»: a plain form, which a phone may leave for its camera and come back to."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from html import escape

from starlette.requests import Request
from starlette.responses import HTMLResponse

from portal.app.payments.reporting import LONGEST, LONGEST_COMMENT, Reportable
from portal.domain.payments import Method
from portal.domain.transfers import MEANS
from portal.files.uploads import MEDIA
from portal.i18n import translator
from portal.ledger.payables import Payable
from portal.render.labels import Labels
from portal.text import Text
from portal.web.calm import keep_language, language_of, page

TITLE = Text("Ya pagué")
_NAMES = {
    "47": Text("Transferencia bancaria"),
    "42": Text("Consignación en banco o corresponsal"),
    Method.NEQUI: Text("Nequi"),
    Method.DAVIPLATA: Text("DaviPlata"),
    Method.BANCOLOMBIA: Text("Bancolombia"),
    "10": Text("Efectivo"),
    "20": Text("Cheque"),
    "1": Text("Otro medio"),
}
Said = Mapping[str, str]  # what was filled in before, by the fields' names


class ReportForm:
    """The form in the language of who asks. `said`: what was filled in before; `ticked`: which documents, then."""

    def __init__(self, request: Request, asked: Reportable, said: Said, ticked: Sequence[int], key: str) -> None:
        self.request, self.asked, self.said, self.ticked, self.key = request, asked, said, set(ticked), key
        language = language_of(request)
        self.say: Callable[[str], str] = translator(language)
        self.labels = Labels(self.say, language)

    def page(self, wrong: Text | None, back: str, status: int) -> HTMLResponse:
        """`wrong`: why it was refused; `back`: where the payer came from."""
        issuer = self.asked.lines[0].issuer_name
        sentence = Text(
            "Cuéntale a {issuer} qué pagaste. Mientras lo revisa, tus documentos quedan «en revisión».", issuer=issuer
        )
        send, away = self._t(Text("Avisar el pago")), self._t(Text("Volver"))
        told = f'<p class="wrong" role="alert">{self._t(wrong)}</p>' if wrong else ""
        form = (
            f'<form method="post" action="" enctype="multipart/form-data">{self._documents()}{self._fields()}'
            f'<button type="submit">{send}</button></form>'
        )
        nav = f'<nav><a href="{escape(keep_language(self.request, back))}">{away}</a></nav>'
        return page(self.request, TITLE, sentence, self._waiting() + told + form + nav, status)

    def _t(self, text: Text) -> str:
        return escape(text.render(self.say))

    def _waiting(self) -> str:
        """A plain word before the same money is reported twice."""
        told = Text("Ya avisaste {amount} el {day} por estos documentos: sigue en revisión. Avisa solo otro pago.")
        return "".join(
            f'<p class="wrong">{self._t(told.filled(amount=self._money(one.amount), day=self._day(one.paid_on)))}</p>'
            for one in self.asked.waiting
        )

    def _documents(self) -> str:
        lines = self.asked.lines
        if len(lines) == 1:
            one = lines[0]
            return f'<input type="hidden" name="d" value="{one.document_id}"><p><b>{self._about(one)}</b></p>'
        legend, rows = self._t(Text("Qué pagaste")), "".join(self._tick(one) for one in lines)
        return f"<fieldset><legend>{legend}</legend>{rows}</fieldset>"

    def _about(self, one: Payable) -> str:
        due = Text("{number}: saldo {amount}, vence {day}")
        return self._t(
            due.filled(number=one.number, amount=self._money(one.outstanding), day=self._day(one.payable_on))
        )

    def _tick(self, one: Payable) -> str:
        checked = " checked" if one.document_id in self.ticked else ""
        box = f'<input type="checkbox" name="d" value="{one.document_id}"{checked}>'
        return f'<label class="tick">{box}<span>{self._about(one)}</span></label>'

    def _fields(self) -> str:
        amount = self.said.get("amount") or self.labels.money(self.asked.outstanding, self.asked.lines[0].currency)
        on = self.said.get("on") or self.asked.today.isoformat()
        bounds = f'value="{escape(on)}" max="{self.asked.today.isoformat()}" required'
        several = Text("Si pagaste más que el saldo, lo que sobre queda a tu favor.")
        return "".join(
            (
                f'<input type="hidden" name="key" value="{escape(self.key)}">',
                self._field(
                    Text("Valor que pagaste ({currency})", currency=self.asked.lines[0].currency),
                    f'<input name="amount" inputmode="decimal" autocomplete="off" value="{escape(amount)}" required>',
                    several,
                ),
                self._field(Text("Fecha del pago"), f'<input name="on" type="date" {bounds}>'),
                self._field(Text("Cómo pagaste"), self._means()),
                self._field(
                    Text("Número o referencia del pago"),
                    self._text("reference", LONGEST),
                    Text("El que te dio el banco: con él lo encuentra más rápido."),
                ),
                self._field(Text("Banco (si quieres)"), self._text("bank", LONGEST)),
                self._field(
                    Text("Comprobante: PDF o foto"),
                    f'<input name="proof" type="file" accept="{",".join(MEDIA)}">',
                    Text("Hasta 5 MB. Sin referencia, el comprobante es necesario."),
                ),
                self._field(
                    Text("Comentario (si quieres)"),
                    f'<textarea name="comment" rows="2" maxlength="{LONGEST_COMMENT}">'
                    f"{escape(self.said.get('comment', ''))}</textarea>",
                ),
                self._parts(),
            )
        )

    def _field(self, label: Text, control: str, hint: Text | None = None) -> str:
        small = f"<small>{self._t(hint)}</small>" if hint else ""
        return f"<label>{self._t(label)}{control}{small}</label>"

    def _text(self, name: str, longest: int) -> str:
        value = escape(self.said.get(name, ""))
        return f'<input name="{name}" autocomplete="off" maxlength="{longest}" value="{value}">'

    def _means(self) -> str:
        chosen = self.said.get("method", MEANS[0])
        options = "".join(
            f'<option value="{code}"{" selected" if code == chosen else ""}>{self._t(_NAMES[code])}</option>'
            for code in MEANS
        )
        return f'<select name="method">{options}</select>'

    def _parts(self) -> str:
        """How much for which: only where there is something to choose, and only for who wants to."""
        if len(self.asked.lines) == 1:
            return ""
        rows = "".join(
            self._field(Text("{name}", name=one.number), self._part(one.document_id)) for one in self.asked.lines
        )
        name = Text("Decir cuánto es para cada documento")
        hint = Text("Lo que dejes vacío se reparte del más antiguo al más reciente.")
        opened = " open" if any(self.said.get(f"p{one.document_id}") for one in self.asked.lines) else ""
        return (
            f"<details{opened}><summary>{self._t(name)}</summary><p><small>{self._t(hint)}</small></p>{rows}</details>"
        )

    def _part(self, document_id: int) -> str:
        value = escape(self.said.get(f"p{document_id}", ""))
        return f'<input name="p{document_id}" inputmode="decimal" autocomplete="off" value="{value}">'

    def _money(self, minor: int) -> str:
        currency = self.asked.lines[0].currency
        return f"{currency} {self.labels.money(minor, currency)}"

    def _day(self, day: date) -> str:
        return self.labels.day(day)
