"""How `provider report` answers: a sentence for each account and each difference, or the same as JSON."""

from __future__ import annotations

from collections.abc import Iterator

from portal.app.portal import Portal
from portal.domain.comparing import Difference, Result
from portal.domain.money import plain
from portal.ledger.comparisons import Comparison
from portal.ledger.parties import Issuer
from portal.render.comparison_words import done_said, finding_said
from portal.render.labels import Labels

_RESULTS = {Result.EQUAL: "igual", Result.DIFFERENT: "hay diferencias", Result.INCOMPLETE: "no se pudo comparar"}


def said(portal: Portal, one: Comparison) -> Iterator[str]:
    """One line for the account, one for each difference, one for what could not be compared."""
    found, company = one.compared, portal.providers.get(one.provider)
    sums = ", ".join(f"{plain(sum_, currency)} {currency}" for currency, sum_ in (found.sums or {}).items())
    paid, title = f"{found.paid} pagos" + (f", {sums}" if sums else ""), company.title if company else one.provider
    yield f"{one.account_id}  {title}  {found.day}: {_RESULTS[found.result]} ({paid})"
    for each in found.differences:
        yield f"  {each.transaction}  {each.reference}  {finding_said(each, Labels())}. {done_said(each, Labels())}."
    if found.trouble is not None:
        yield f"  No se pudo comparar todo: {found.trouble}"
    if found.elsewhere:
        yield f"  Ventas de la misma cuenta hechas en otra parte: {found.elsewhere}"


def comparison_row(one: Comparison, issuer: Issuer) -> dict[str, object]:
    """An account's day; amounts as decimal texts."""
    found = one.compared
    return {
        "account": one.account_id,
        "issuer": issuer.tax_id,
        "provider": one.provider,
        "day": found.day.isoformat(),
        "result": found.result,
        "paid": found.paid,
        "sums": {currency: plain(sum_, currency) for currency, sum_ in (found.sums or {}).items()},
        "elsewhere": found.elsewhere,
        "trouble": str(found.trouble) if found.trouble else None,
        "differences": [_row(each) for each in found.differences],
    }


def _row(one: Difference) -> dict[str, object]:
    def amount(minor: int | None) -> str | None:
        return None if minor is None else plain(minor, one.currency)

    return {
        "finding": one.finding,
        "transaction": one.transaction,
        "reference": one.reference,
        "currency": one.currency,
        "there": amount(one.there),
        "here": amount(one.here),
        "returned_there": amount(one.there_returned),
        "returned_here": amount(one.here_returned),
        "standing": one.standing,
        "payment": one.payment_id,
        "recorded": one.recorded,
        "undecided": one.undecided,
    }
