"""What codes are called on paper. Sources: DIAN's code lists (Anexo técnico 1.9) and UN/ECE Recommendation 20."""

from __future__ import annotations

from portal.domain.book import Cause
from portal.domain.documents import Facts, Kind, Role, Tax, Term
from portal.domain.parties import Party, show_id
from portal.domain.payments import Method
from portal.domain.withholdings import Withheld
from portal.render.labels import Labels

POS = "20"  # documento equivalente electrónico, tiquete de máquina registradora


def title(facts: Facts, labels: Labels) -> str:
    """The document's legal name; only one with a CUFE or CUDE is «electrónica»."""
    _ = labels.gettext
    if facts.kind is Kind.INVOICE and facts.type_code == POS:
        return _("Documento equivalente POS")
    if not facts.cufe:
        return kind_name(facts.kind, labels)
    return {
        Kind.INVOICE: _("Factura electrónica de venta"),
        Kind.DEBIT_NOTE: _("Nota débito electrónica"),
        Kind.CREDIT_NOTE: _("Nota crédito electrónica"),
        Kind.ADVANCE: _("Anticipo"),
        Kind.RECEIPT: _("Recibo de caja"),
    }[facts.kind]


def kind_name(kind: str, labels: Labels) -> str:
    """A kind of document in words; what is not a kind stays as it is."""
    _ = labels.gettext
    names: dict[str, str] = {
        Kind.INVOICE: _("Factura de venta"),
        Kind.DEBIT_NOTE: _("Nota débito"),
        Kind.CREDIT_NOTE: _("Nota crédito"),
        Kind.ADVANCE: _("Anticipo"),
        Kind.RECEIPT: _("Recibo de caja"),
    }
    return names.get(kind, kind)


def settlement_name(settlement: str, labels: Labels) -> str:
    """How far a document is settled, in words."""
    _ = labels.gettext
    names = {"open": _("Pendiente"), "part": _("Abonada en parte"), "settled": _("Saldada"), "void": _("Anulada")}
    return names.get(settlement, settlement)


def cause_name(cause: str, labels: Labels) -> str:
    """Why an entry of the statement exists, in words."""
    _ = labels.gettext
    names: dict[str, str] = {
        Cause.PAYMENT: _("Pago"),
        Cause.CASH_SALE: _("Pago de contado"),
        Cause.PREPAID: _("Anticipo aplicado en la factura"),
        Cause.STATED_BALANCE: _("Saldo informado por el emisor"),
        Cause.OPENING: _("Saldo de apertura"),
        Cause.WITHHOLDING: _("Retenido"),
        Cause.ROUNDING: _("Ajuste de redondeo"),
        Cause.WRITE_OFF: _("Ajuste"),  # whose debt an issuer gives up is its own affair: customers read this too
        Cause.ADJUSTMENT: _("Ajuste"),
        Cause.REFUND: _("Reembolso"),
        Cause.CHARGEBACK: _("Contracargo"),
        Cause.REINSTATED: _("Contracargo revertido"),
        Cause.APPLIED: _("Saldo a favor aplicado"),
        Cause.VOID: _("Anulación"),
        Cause.WITHDRAWN: _("Documento retirado"),
        Cause.REFERENCE: _("Cruce por referencia"),
        Cause.UNDO: _("Reversión"),
    }
    return names.get(cause) or kind_name(cause, labels)


def withholding_name(tax: Withheld, labels: Labels) -> str:
    """A withholding as people write it."""
    _ = labels.gettext
    return {Withheld.RETEFUENTE: _("Retefuente"), Withheld.RETEIVA: "ReteIVA", Withheld.RETEICA: "ReteICA"}[tax]


def bucket_name(bucket: str, labels: Labels) -> str:
    """An aging bucket in words: «1 a 30 días»."""
    _ = labels.gettext
    names = {
        "current": _("Por vencer"),
        "1-30": _("1 a 30 días"),
        "31-60": _("31 a 60 días"),
        "61-90": _("61 a 90 días"),
        "91+": _("Más de 90 días"),
    }
    return names.get(bucket, bucket)


def term_name(term: Term, labels: Labels) -> str:
    """Forma de pago."""
    _ = labels.gettext
    return _("Contado") if term is Term.CASH else _("Crédito")


def means_name(code: str, labels: Labels) -> str:
    """Medio de pago, by DIAN's codes and by what providers call it; an unknown code is shown as it came."""
    _ = labels.gettext
    names = {
        Method.CARD: _("Tarjeta"),
        Method.PSE: "PSE",
        Method.NEQUI: "Nequi",
        Method.BANCOLOMBIA: "Bancolombia",
        Method.DAVIPLATA: "DaviPlata",
        Method.CASH_POINT: _("Efecty o punto de pago"),
        Method.BANK_COUNTER: _("Corresponsal bancario"),
        Method.QR: _("Código QR"),
        Method.WALLET: _("Billetera del proveedor"),
        Method.LATER: _("Pago a plazos"),
        Method.POINTS: _("Puntos"),
        Method.OTHER: _("Pago en línea"),
        "1": _("No definido"),
        "10": _("Efectivo"),
        "20": _("Cheque"),
        "42": _("Consignación bancaria"),
        "47": _("Transferencia débito bancaria"),
        "48": _("Tarjeta crédito"),
        "49": _("Tarjeta débito"),
        "ZZZ": _("Acuerdo mutuo"),
    }
    return names.get(code, code)


def unit_name(code: str, labels: Labels) -> str:
    """A unit of measure, short; an unknown code is shown as it came."""
    _ = labels.gettext
    names = {
        "94": _("Unidad"),
        "EA": _("Unidad"),
        "C62": _("Unidad"),
        "NIU": _("Unidad"),
        "KGM": "kg",
        "GRM": "g",
        "LTR": "L",
        "MTR": "m",
        "MTK": "m²",
        "MTQ": "m³",
        "HUR": _("Hora"),
        "DAY": _("Día"),
        "MON": _("Mes"),
    }
    return names.get(code, code)


def role_name(role: Role, labels: Labels) -> str:
    """Why a document names another one."""
    _ = labels.gettext
    return {Role.CORRECTS: _("Corrige"), Role.PAYS: _("Paga"), Role.CONSUMES: _("Descuenta el anticipo")}[role]


def party_id(party: Party, labels: Labels) -> str:
    """A tax id with its kind in front: «NIT 800197268-4»."""
    _ = labels.gettext
    kinds = {
        "11": _("Registro civil"),
        "12": _("Tarjeta de identidad"),
        "13": _("C. C."),
        "21": _("Tarjeta de extranjería"),
        "22": _("C. E."),
        "31": _("NIT"),
        "41": _("Pasaporte"),
        "50": _("NIT de otro país"),
        "91": _("NUIP"),
    }
    kind = kinds.get(party.id_type) or _("Identificación")
    return f"{kind} {show_id(party.id_type, party.tax_id)}"


def tax_duties(party: Party, labels: Labels) -> str:
    """What a party is to the tax office (responsabilidades fiscales) and the tax it charges, on one line."""
    _ = labels.gettext
    duties = {
        "O-13": _("Gran contribuyente"),
        "O-15": _("Autorretenedor"),
        "O-23": _("Agente de retención IVA"),
        "O-47": _("Régimen simple de tributación"),
        "R-99-PN": _("Sin otras responsabilidades"),
    }
    schemes = {"01": "IVA", "04": "INC", "ZA": _("IVA e INC"), "ZZ": _("no aplica")}
    names = [duties.get(code, code) for code in party.responsibilities]
    if party.tax_scheme:
        names.append(_("Tributo: {name}").format(name=schemes.get(party.tax_scheme, party.tax_scheme)))
    return " · ".join(names)


def tax_name(tax: Tax, labels: Labels) -> str:
    """A tax with its rate, where it has one: «IVA 19 %»."""
    return f"{tax.name} {labels.percent(tax.rate)}" if tax.rate is not None else tax.name


def movement_name(cause: str, labels: Labels) -> str:
    """What a row of the statement stands for: a cause, a balance or an aging bucket."""
    _ = labels.gettext
    names = {
        "opening_balance": _("Saldo inicial"),
        "closing_balance": _("Saldo final"),
        "credit": _("Saldo a favor"),
        "net": _("Neto"),
    }
    return names.get(cause) or bucket_name(cause_name(cause, labels), labels)


def section_name(section: str, labels: Labels) -> str:
    """The part of the statement that a row belongs to."""
    _ = labels.gettext
    names = {
        "opening": _("Saldo inicial"),
        "movement": _("Movimiento"),
        "closing": _("Saldo final"),
        "aging": _("Cartera"),
    }
    return names.get(section, section)


def software_name(name: str, labels: Labels) -> str:
    """What the block about the software's maker calls its fields; a name of the maker's own stays."""
    _ = labels.gettext
    names = {
        "ProviderID": _("NIT del proveedor tecnológico"),
        "NombreApellido": _("Fabricante del software"),
        "RazonSocial": _("Fabricante del software"),
        "NombreSoftware": _("Software"),
    }
    return names.get(name, name)
