"""Texts that would run as scripts if any page took them for markup, in every field that somebody else fills in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import select, update

from portal.app.access_requests import ask_access
from portal.app.accounts.invitations import invite
from portal.app.link_mails import mail_link
from portal.app.links import create_link, open_link
from portal.app.portal import Portal
from portal.app.sessions import session_actor
from portal.domain.access import Right, operator
from portal.domain.documents import Adjustment, Facts, Kind, Line, Prepayment, Tax
from portal.domain.parties import Party
from portal.domain.roles import Role
from portal.domain.tokens import new_session_token, session_hash
from portal.ledger.audit import Where
from portal.ledger.grants import add_grant
from portal.ledger.people_tables import users
from portal.ledger.sessions import add_user_session
from portal.ledger.tables import customers, documents, issuers
from portal.ledger.users import add_user
from tests.browser.hostile_till import fill_till
from tests.factories import bring

BOSS = operator("test")
RUN = "canary()"
PAYLOADS = (
    f"<script>{RUN}</script>",
    f"<img src=x onerror={RUN}>",
    f"<svg onload={RUN}>",
    f'"><script>{RUN}</script>',
    f"'><img src=x onerror='{RUN}'>",
    f"</script><script>{RUN}</script>",
    f"</title><script>{RUN}</script>",
    f"</textarea><script>{RUN}</script>",
    f"--><script>{RUN}</script>",
    f"]]><script>{RUN}</script>",
    f"<details open ontoggle={RUN}>x</details>",
    f"<input autofocus onfocus={RUN}>",
    f"<video><source onerror={RUN}></video>",
    f"<audio src=x onerror={RUN}>",
    f"<body onload={RUN}>",
    f"<marquee onstart={RUN}>x</marquee>",
    f"<iframe srcdoc='<script>parent.{RUN}</script>'></iframe>",
    f"<iframe src=javascript:parent.{RUN}></iframe>",
    f"<object data=javascript:{RUN}></object>",
    f"<embed src=javascript:{RUN}>",
    f"<svg><animate onbegin={RUN} attributeName=x dur=1s>",
    f"<svg><script>{RUN}</script></svg>",
    f"<math><mi xlink:href=javascript:{RUN}>x</mi></math>",
    f"<a href=javascript:{RUN}>x</a>",
    f"[x](javascript:{RUN})",
    f"![x](x)<img src=x onerror={RUN}>",
    f'![x](x"onerror="{RUN})',
    f"[x]: javascript:{RUN}",
    f"<javascript:{RUN}>",
    f"$\\href{{javascript:{RUN}}}{{x}}$",
    f"$$\\htmlData{{x=<img src=x onerror={RUN}>}}{{x}}$$",
    f":red[<img src=x onerror={RUN}>]",
    f"`<img src=x onerror={RUN}>`",
    f"&lt;img src=x onerror={RUN}&gt;",
    f"\\u003cscript\\u003e{RUN}\\u003c/script\\u003e",
    f"javascript:{RUN}",
    f"data:text/html,<script>{RUN}</script>",
    f"{{{{constructor.constructor('{RUN}')()}}}}",
    f"';{RUN};'",
    f"<form action=javascript:{RUN}><button autofocus>x</button></form>",
    f"<meta http-equiv=refresh content='0;url=javascript:{RUN}'>",
    f"<base href='javascript:{RUN}//'>",
    f"<link rel=stylesheet href=x onerror={RUN}>",
    f"<style onload={RUN}></style>",
)
WRAPPINGS = ("{}", "x'>{}", "</td></table>{}", "<b>{}</b>", "**{}**")


def payloads(count: int) -> list[str]:
    """The first so many: each as it is, then wrapped in what may stand around it."""
    wrapped = [wrapping.replace("{}", one) for wrapping in WRAPPINGS for one in PAYLOADS]
    return wrapped[:count]


@dataclass(frozen=True)
class Stage:
    """Whose cookies show the pages, and what to look at."""

    owner: str
    manager: str
    operator: str
    link: str
    link_path: str
    slug: str
    document_ids: list[int]
    invitation_mail: str
    payments: list[int]
    baskets: list[int]


def set_stage(portal: Portal, texts: list[str]) -> Stage:
    """One issuer; a customer, a document, a person, a request and a link for each text."""
    issuer = Party("CO", "31", "900100200", f"Emisor {texts[0]}", trade_name=texts[1])
    bring(portal, *(_facts(issuer, number, texts) for number in range(len(texts))))
    with portal.ledger.read() as conn:
        issuer_id, slug = conn.execute(select(issuers.c.id, issuers.c.slug)).one()
        known = [row[0] for row in conn.execute(select(customers.c.id).order_by(customers.c.tax_id))]
        papers = [row[0] for row in conn.execute(select(documents.c.id).order_by(documents.c.issue_date))]
    owner, manager, boss = (_person(portal, f"{who}@persona.example", texts[n]) for n, who in enumerate("abc"))
    _give(portal, owner, issuer_id, None, Role.OWNER)
    _give(portal, manager, issuer_id, known[0], Role.CUSTOMER)
    with portal.ledger.write("test") as unit:
        unit.conn.execute(update(users).where(users.c.id == boss).values(operator=True))
        unit.commit()
    tokens = [_signed_in(portal, one) for one in (owner, manager, boss)]
    for number, text in enumerate(texts):
        _somebody(portal, issuer_id, known, number, text)
    link_path, session = _links(portal, known, texts)
    mailed = _mails(portal, tokens[0], issuer_id, known[0], texts)
    till = fill_till(portal, _name_of(portal, session), texts)
    return Stage(*tokens, session, link_path, slug, papers, mailed, *till)


def _name_of(portal: Portal, session: str) -> str:
    actor = session_actor(portal, session_hash(session))
    assert actor is not None
    return actor.name


def _facts(issuer: Party, number: int, texts: list[str]) -> Facts:
    """Every text that a document can state, each another payload; the first document states all of them in lines."""

    def text(at: int) -> str:
        return texts[(number + at) % len(texts)]

    customer = Party("CO", "31", str(800_000_000 + number), text(0), trade_name=text(1), address=text(2), city=text(3),
                     region=text(4), phone=text(5), email=f"pagos{number}@cliente.example")  # fmt: skip
    said = texts if number == 0 else texts[number : number + 1]
    lines = tuple(
        Line(str(n), one, Decimal(1), Decimal(10), unit=text(6), code=text(7), properties=((text(8), text(9)),))
        for n, one in enumerate(said)
    )
    return Facts(
        kind=Kind.INVOICE,
        number=text(0),
        issuer=issuer,
        customer=customer,
        issue_date=date(2026, 1, 1) + timedelta(number),
        due_date=date(2026, 12, 1),
        currency="COP",
        total=Decimal(1_000),
        lines=lines,
        notes=tuple(said),
        order=text(10),
        payment_reference=text(11),
        reason=text(12),
        taxes=(Tax("01", text(13), Decimal(10)),),
        adjustments=(Adjustment(False, Decimal(1), text(14)),),
        prepayments=(Prepayment(Decimal(1), text(15)),),
        software=((text(16), text(17)),),
        extra=((text(18), text(19)),),
    )


def _somebody(portal: Portal, issuer_id: int, known: list[int], number: int, text: str) -> None:
    """A person called like that: one of the first customer's, one of the staff, one who asks to see documents."""
    user = _person(portal, f"p{number}@persona.example", text)
    if number % 3 == 0:
        _give(portal, user, issuer_id, known[0], Role.CUSTOMER)
    elif number % 3 == 1:
        _give(portal, user, issuer_id, None, Role.READER)
    else:
        actor = session_actor(portal, session_hash(_signed_in(portal, user)))
        assert actor is not None
        ask_access(portal, actor, issuer_id, text[:60], f"{text[:50]} 1", f"{text[:50]} 1", Where(text, text))


def _links(portal: Portal, known: list[int], texts: list[str]) -> tuple[str, str]:
    """A link for each customer, opened by a browser that calls itself so, from an address that is none."""
    for customer, text in zip(known, texts, strict=True):
        url = create_link(portal, BOSS, customer).url or ""
        session = open_link(portal, url.rpartition("/")[2], text[:60], text)
    return "/l/" + url.rpartition("/")[2], session


def _mails(portal: Portal, token: str, issuer_id: int, customer: int, texts: list[str]) -> str:
    """Invitations by the owner, whose name is a payload, and links with words of the issuer's own."""
    actor = session_actor(portal, session_hash(token))
    assert actor is not None
    for number, text in enumerate(texts[:20]):
        made = create_link(portal, actor, customer)
        mail_link(portal, actor, made.link.id, f"m{number}@correo.example", f"{text}\n\n{texts[-1 - number]}", "es")
    invite(portal, actor, "nueva@correo.example", issuer_id, customer, Role.CUSTOMER, (Right.SEE,), "es")
    return "nueva@correo.example"


def _person(portal: Portal, email: str, name: str) -> int:
    with portal.ledger.write("test") as unit:
        user = add_user(unit, email, name, "es")
        unit.commit()
    return user


def _give(portal: Portal, user: int, issuer_id: int, customer: int | None, role: Role) -> None:
    with portal.ledger.write(f"user:{user}") as unit:
        add_grant(unit, user, issuer_id, customer, role, (Right.DOWNLOAD, Right.MANAGE), "invitation")
        unit.commit()


def _signed_in(portal: Portal, user: int) -> str:
    token = new_session_token()
    with portal.ledger.write("test") as unit:
        add_user_session(unit, session_hash(token), user, PAYLOADS[1], PAYLOADS[2], unit.now + timedelta(hours=24))
        unit.commit()
    return token
