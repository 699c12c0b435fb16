"""Access requests: who came by an issuer's QR states three facts of one document; the issuer lets them in.

The words on screen are the same whether the facts fit or not, and so is what is written: nobody learns from the
portal which tax ids or documents an issuer has. A tax id alone never gives anything.
"""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress
from datetime import timedelta

from portal.app.fitting import fitting_customer
from portal.app.mailing import Template, post_mail
from portal.app.people import check_rights
from portal.app.portal import Portal
from portal.domain.access import LINK_RIGHTS, Actor, Right
from portal.domain.places import DOCUMENTS, REQUESTS
from portal.domain.roles import RIGHTS, STAFF, Role
from portal.errors import NotFound, Refused, SignInNeeded
from portal.ledger import access_requests as rows
from portal.ledger import audit, grants
from portal.ledger.access_requests import AccessRequest, Decision
from portal.ledger.attempts import Counter, key_hash, take_room
from portal.ledger.audit import Event, Where
from portal.ledger.holds import hold
from portal.ledger.issuer_settings import settings_of
from portal.ledger.links import owner_of
from portal.ledger.parties import customer_by_id, issuer_by_id
from portal.ledger.people import addresses_of
from portal.ledger.unit import Connection, Unit
from portal.text import Text

MOST_WAITING, MOST_A_DAY = 5, 10
LONGEST = 60
PAGE = 50
DAY = timedelta(days=1)
MOST_FOR_ONE, MOST_FROM_ONE = 20, 40  # a day: for one tax id at an issuer, from one address


def ask_access(
    portal: Portal, actor: Actor, issuer_id: int, tax_id: str, number: str, total: str, where: Where | None = None
) -> Text:
    """Ask an issuer for the documents of a customer; the sentence to show, the same whether the facts fit or not.

    The facts fit when they name one document of the issuer: the customer's tax id, the number, and the total in the
    document's currency, more than nothing. Asking again for the same tax id replaces what is waiting.
    Raises SignInNeeded, NotFound (no such issuer), Refused (a fact is missing; too many requests).
    """
    if actor.user_id is None:
        raise SignInNeeded(Text("Entra con tu correo o crea una cuenta para pedir acceso."))
    stated = _checked(tax_id, number, total)
    with portal.ledger.write(actor.name) as unit:
        settings = settings_of(unit.conn, issuer_id)
        if settings is None:
            raise NotFound()
        _check_room(unit, actor.user_id, issuer_id, stated[0])
        _check_guessing(unit, issuer_id, stated[0], where)
        customer_id = fitting_customer(unit.conn, issuer_id, *stated)
        request_id = rows.add_request(unit, issuer_id, actor.user_id, *stated, customer_id)
        request = _request(unit.conn, request_id)
        automatic = settings.auto_requests and request.fits
        audit.note(unit, Event.ACCESS_ASKED, f"request:{request_id}", issuer_id, customer_id, where)
        if not automatic:
            _mail_issuer(portal, unit, request)
        unit.commit()
    if automatic:
        _approve_automatically(portal, request)
    return Text("Recibimos tu solicitud. Si los datos son los de una factura tuya, verás tus documentos en cuanto el "
                "emisor la apruebe, y te avisamos por correo.")  # fmt: skip


def waiting_requests(portal: Portal, actor: Actor, limit: int = PAGE, offset: int = 0) -> list[AccessRequest]:
    """What waits for the actor's decision, the oldest first; `fits` says whether the facts are a document's."""
    with portal.ledger.read() as conn:
        return rows.waiting_in(conn, actor.scope(Right.APPROVE), limit, offset)


def asked_at(portal: Portal, actor: Actor) -> list[str]:
    """The names of the issuers whose answer the person who asks waits for."""
    if actor.user_id is None:
        return []
    with portal.ledger.read() as conn:
        return sorted(rows.issuers_asked(conn, actor.user_id))


def approve_request(
    portal: Portal,
    actor: Actor,
    request_id: int,
    rights: Collection[Right] = LINK_RIGHTS,
    customer_id: int | None = None,
    where: Where | None = None,
) -> None:
    """Let somebody in, and tell them by mail. `customer_id` names the customer of a request that does not fit.

    Raises NotFound; Refused when it is decided already, one's own, fits nothing, or names «consumidor final».
    """
    with portal.ledger.write(actor.name) as unit:
        request = _decidable(unit, actor, request_id)
        if request.user_id == actor.user_id:
            raise Refused(
                Text("No puedes aprobar tu propia solicitud: pídele a otra persona de tu equipo que lo haga.")
            )
        meant = customer_id if customer_id is not None else request.customer_id
        if meant is None:
            raise Refused(
                Text("Los datos no coinciden con ningún documento: elige el cliente, o rechaza la solicitud.")
            )
        _check_customer(unit.conn, request.issuer_id, meant)
        _approve(portal, unit, request, meant, check_rights(rights), where)
        unit.commit()


def refuse_request(portal: Portal, actor: Actor, request_id: int, where: Where | None = None) -> None:
    """Say no. Raises NotFound, Refused when it is decided already."""
    with portal.ledger.write(actor.name) as unit:
        request = _decidable(unit, actor, request_id)
        _decide(unit, request, Decision.REFUSED, request.customer_id)
        audit.note(
            unit, Event.ACCESS_REFUSED, f"request:{request.id}", request.issuer_id, request.customer_id, where,
            user=request.user_id,
        )  # fmt: skip
        unit.commit()


def _checked(tax_id: str, number: str, total: str) -> tuple[str, str, str]:
    """The facts without blanks around them; what is refused here is refused whatever the issuer's documents are."""
    stated = _clean(tax_id), _clean(number), _clean(total)
    if not all(stated) or any(len(one) > LONGEST for one in stated) or not any(map(str.isdigit, total)):
        raise Refused(
            Text("Escribe tu identificación, el número de una factura y su total, como aparecen en la factura.")
        )
    return stated


def _clean(typed: str) -> str:
    return "".join(filter(str.isprintable, typed)).strip()


def _check_room(unit: Unit, user_id: int, issuer_id: int, tax_id: str) -> None:
    hold(unit, f"access requests of {user_id}")
    rows.replace_waiting(unit, issuer_id, user_id, tax_id)
    if rows.waiting_of(unit.conn, user_id) >= MOST_WAITING:
        raise Refused(
            Text("Ya tienes {most} solicitudes en espera: aguarda a que las respondan, o llama a quien te factura.",
                 most=MOST_WAITING)
        )  # fmt: skip
    if rows.asked_since(unit.conn, user_id, unit.now - DAY) >= MOST_A_DAY:
        raise Refused(
            Text("Ya hiciste {most} solicitudes en un día: intenta mañana, o pide un enlace a quien te factura.",
                 most=MOST_A_DAY)
        )  # fmt: skip


def _check_guessing(unit: Unit, issuer_id: int, tax_id: str, where: Where | None) -> None:
    """Many accounts could guess for one tax id, or from one address, where a fitting request is approved at once."""
    counters = [Counter("access", key_hash("tax id", str(issuer_id), tax_id), MOST_FOR_ONE, DAY)]
    if where is not None and where.address:
        counters.append(Counter("access", key_hash("address", where.address), MOST_FROM_ONE, DAY))
    if not take_room(unit, counters):
        raise Refused(
            Text("Hoy hubo muchas solicitudes como esta: intenta mañana, o pide un enlace a quien te factura.")
        )


def _approve_automatically(portal: Portal, request: AccessRequest) -> None:
    """Under the issuer's name: it is its rule that decides. A crash in between leaves the request on its desk."""
    with portal.ledger.write(f"issuer:{request.issuer_id}") as unit:
        if request.customer_id is not None:
            _approve(portal, unit, request, request.customer_id, LINK_RIGHTS, None)
        unit.commit()


def _approve(
    portal: Portal, unit: Unit, request: AccessRequest, customer_id: int, rights: frozenset[Right], where: Where | None
) -> None:
    _decide(unit, request, Decision.APPROVED, customer_id)
    given = rights | _held(unit, request.user_id, customer_id)
    grant_id = grants.add_grant(
        unit, request.user_id, request.issuer_id, customer_id, Role.CUSTOMER, given, source="request"
    )
    said: dict[str, str | int] = {"user": request.user_id, "rights": " ".join(sorted(given))}
    audit.note(unit, Event.ACCESS_APPROVED, f"request:{request.id}", request.issuer_id, customer_id, where, **said)
    audit.note(unit, Event.GRANTED, f"grant:{grant_id}", request.issuer_id, customer_id, where, **said)
    _mail_person(portal, unit, request, customer_id)


def _held(unit: Unit, user_id: int, customer_id: int) -> frozenset[Right]:
    """What the person holds for the customer already: nobody loses by asking."""
    held = [one for one in grants.grants_of(unit.conn, user_id, unit.now) if one.role is Role.CUSTOMER]
    return frozenset(right for one in held if one.customer_id == customer_id for right in one.rights)


def _decide(unit: Unit, request: AccessRequest, decision: Decision, customer_id: int | None) -> None:
    if not rows.decide(unit, request.id, decision, customer_id):
        raise Refused(Text("Esta solicitud ya fue respondida: actualiza la lista."))


def _decidable(unit: Unit, actor: Actor, request_id: int) -> AccessRequest:
    request = _request(unit.conn, request_id)
    actor.require(Right.APPROVE, request.issuer_id, 0)
    return request


def _request(conn: Connection, request_id: int) -> AccessRequest:
    request = rows.request_by_id(conn, request_id)
    if request is None:
        raise NotFound()
    return request


def _check_customer(conn: Connection, issuer_id: int, customer_id: int) -> None:
    owner = owner_of(conn, customer_id)
    if owner is None or owner[0] != issuer_id:
        raise NotFound()
    if owner[1]:
        raise Refused(Text("«Consumidor final» reúne compras de muchas personas: elige un cliente identificado."))


def _mail_issuer(portal: Portal, unit: Unit, request: AccessRequest) -> None:
    issuer = issuer_by_id(unit.conn, request.issuer_id)
    deciding = [role for role in STAFF if Right.APPROVE in RIGHTS[role]]
    staff = addresses_of(unit.conn, issuer.id, deciding)
    values = {
        "person": f"{request.user_name} ({request.email})",
        "tax_id": request.tax_id,
        "number": request.number,
        "link": f"{portal.settings.base_url}/{REQUESTS.address}",
    }
    for address in staff or [issuer.email or ""]:
        with suppress(Refused):  # an issuer's address may have come from anywhere; its desk shows the request anyway
            post_mail(portal, unit, Template.ACCESS_ASKED, address, issuer.language, values, issuer.id)


def _mail_person(portal: Portal, unit: Unit, request: AccessRequest, customer_id: int) -> None:
    values = {
        "customer": customer_by_id(unit.conn, customer_id).name,
        "link": f"{portal.settings.base_url}/{DOCUMENTS.address}",
    }
    language = request.language or issuer_by_id(unit.conn, request.issuer_id).language
    post_mail(portal, unit, Template.ACCESS_APPROVED, request.email, language, values, request.issuer_id)
