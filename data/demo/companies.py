"""The demo's companies: who issues, who buys, what is sold. All invented; the check digits are right."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from portal.domain.parties import CEDULA, NIT, Party, check_digit


@dataclass(frozen=True, slots=True)
class Product:
    """What is sold: a price without taxes whose IVA is exact, and at most how many at once."""

    code: str
    text: str
    price: Decimal
    iva: Decimal
    most: int
    unit: str = "94"


@dataclass(frozen=True, slots=True)
class Seller:
    """An issuer, its price list by currency, and where its numbers begin."""

    party: Party
    prices: dict[str, tuple[Product, ...]]
    first: int
    prefix: str = "FE"
    note: str = ""
    paid_on_issue: bool = False  # its contado sales count as paid


@dataclass(frozen=True, slots=True)
class Account:
    """One customer at one seller in one currency: how often it buys, when it pays, what it has left unpaid."""

    seller: Seller
    customer: Party
    every: int  # days between purchases
    days: int = 30  # to pay; 0 is contado
    currency: str = "COP"
    delay: tuple[int, int] | None = (-6, 9)  # days from the due date to the payment; None: the portal hears of none
    unpaid: tuple[int, ...] = ()  # days late of the invoices left unpaid
    method: str = "47"
    orders: str = ""  # prefix of its purchase orders
    withholds: bool = False
    type_code: str = "01"
    since: int = 730  # days ago of its first purchase


def company(nit: str, name: str, city: str, region: str, address: str, mail: str, trade: str | None = None) -> Party:
    """A Colombian company."""
    return Party(
        "CO", NIT, nit, name, check_digit(nit), trade, "1", ("O-13", "O-15"), "01", address, city, region,
        mail, "601 555 01 00",
    )  # fmt: skip


def _price_list(*rows: tuple[str, str, int | str, int, int]) -> tuple[Product, ...]:
    return tuple(Product(code, text, Decimal(price), Decimal(iva), most) for code, text, price, iva, most in rows)


EJEMPLAR = Seller(
    company("900742196", "Ejemplar S.A.S.", "Bogotá, D.C.", "Bogotá", "Carrera 15 # 93-60 oficina 402",
            "facturas@ejemplar.example", "Ejemplar Papelería"),
    {"COP": _price_list(
        ("PAP-075", "Resma papel bond carta 75 g x 500 hojas", 18_900, 19, 60),
        ("TON-26X", "Tóner compatible 26X alto rendimiento", 214_000, 19, 8),
        ("ARC-T20", "Archivador AZ tamaño oficio", 12_400, 19, 40),
        ("SIL-ERG", "Silla ergonómica con soporte lumbar", 689_000, 19, 6),
        ("LIB-CON", "Libro «Contabilidad para no contadores»", 74_000, 0, 5),
        ("CUA-100", "Cuaderno cosido 100 hojas", 6_800, 19, 80),
        ("MON-024", "Monitor LED 24 pulgadas", 742_000, 19, 5),
        ("CAF-OFI", "Café molido para oficina, libra", 21_400, 5, 20),
    )},
    20_481,
    note="Consignar en Banco Ejemplo, cuenta corriente 000-123456-78. Enviar soporte a cartera@ejemplar.example",
    paid_on_issue=True,
)  # fmt: skip

ROBLE = Seller(
    company("811530274", "Ferretería El Roble Ltda.", "Medellín", "Antioquia", "Calle 33 # 52-18",
            "facturacion@elroble.example", "El Roble"),
    {"COP": _price_list(
        ("CEM-050", "Cemento gris uso general bulto 50 kg", 32_500, 19, 120),
        ("VAR-012", "Varilla corrugada 1/2 pulgada x 6 m", 29_800, 19, 90),
        ("TUB-PVC", "Tubería PVC sanitaria 4 pulgadas x 6 m", 96_500, 19, 25),
        ("PIN-VIN", "Pintura vinilo tipo 1 blanco, galón", 78_900, 19, 18),
        ("LAD-TOL", "Ladrillo tolete común, millar", 780_000, 19, 6),
        ("TAL-PER", "Taladro percutor 1/2 pulgada 800 W", 389_000, 19, 3),
        ("ARE-LAV", "Arena lavada, metro cúbico", 92_000, 19, 14),
        ("GUA-NIT", "Guante de nitrilo talla M, par", 8_700, 19, 50),
    )},
    7_102, "ROB",
    note="Los materiales viajan por cuenta y riesgo del comprador.",
)  # fmt: skip

ALTURA = Seller(
    company("890805637", "Café Altura Exportadores S.A.", "Manizales", "Caldas", "Km 4 vía al Magdalena, bodega 7",
            "facturas@cafealtura.example", "Café Altura"),
    {
        "COP": _price_list(
            ("TOS-500", "Café tostado en grano 500 g", 28_400, 5, 60),
            ("MOL-500", "Café molido medio 500 g", 27_200, 5, 60),
            ("FIL-V60", "Filtro de papel V60 x 100", 24_000, 19, 30),
            ("CAT-EMP", "Cata y capacitación de baristas", 850_000, 19, 1),
        ),
        "USD": _price_list(
            ("EXC-070", "Café verde excelso UGQ, saco 70 kg (FOB Buenaventura)", 318, 0, 180),
            ("SUP-070", "Café verde supremo malla 18, saco 70 kg (FOB Cartagena)", 346, 0, 120),
        ),
        "EUR": _price_list(
            ("GEI-035", "Café geisha lavado, caja 35 kg (FCA Bogotá)", 892, 0, 20),
            ("ORG-070", "Café orgánico certificado, saco 70 kg (FCA Bogotá)", 402, 0, 60),
        ),
    },
    3_350, "CAX",
)  # fmt: skip

CIFRAS = Seller(
    company("901263458", "Cifras Claras Consultores S.A.S.", "Cali", "Valle del Cauca", "Avenida 6N # 28-33 piso 3",
            "admin@cifrasclaras.example"),
    {"COP": _price_list(
        ("HON-CON", "Honorarios de contabilidad y revisión de impuestos", 2_400_000, 19, 1),
        ("HON-NOM", "Liquidación de nómina electrónica", 680_000, 19, 1),
        ("ASE-HOR", "Asesoría tributaria, hora", 185_000, 19, 6),
        ("CAP-NIF", "Capacitación NIIF para pymes (excluida)", 420_000, 0, 2),
    )},
    918, "CC",
)  # fmt: skip

TINTAS = Seller(
    Party("ES", "", "B91234567", "Tintas del Sur, S.L.", None, None, None, (), "VAT", "Calle Betis 40", "Sevilla",
          "Sevilla", "ventas@tintasdelsur.example"),
    {"EUR": _price_list(
        ("TS-CMYK", "Juego de tintas CMYK 4 x 1 l", 164, 21, 12),
        ("TS-LIMP", "Líquido limpiador de cabezales 500 ml", 23, 21, 20),
        ("TS-PLOT", "Rollo de papel para plóter 91 cm x 50 m", 41, 21, 15),
    )},
    511, "TS/",
)  # fmt: skip

ABC = company("900876541", "Empresa ABC S.A.S.", "Bogotá, D.C.", "Bogotá", "Calle 72 # 10-34 piso 8",
              "cuentasporpagar@abc.example", "ABC")  # fmt: skip
ANA = Party("CO", CEDULA, "52418837", "Ana María Peña Ñáñez", None, None, "2", ("R-99-PN",), "ZZ", "Calle 8 # 4-15",
            "Bogotá, D.C.", "Bogotá", "ana.pena@correo.example")  # fmt: skip
SAN_JOSE = company("901554309", "Panadería San José S.A.S.", "Envigado", "Antioquia", "Carrera 43A # 38 Sur-12",
                   "pedidos@sanjose.example")  # fmt: skip
RIO_CLARO = company("860517923", "Constructora Río Claro S.A.", "Medellín", "Antioquia", "Carrera 48 # 20-114 torre 2",
                    "tesoreria@rioclaro.example")  # fmt: skip
NOGALES = company("860045127", "Colegio Los Nogales del Norte", "Bogotá, D.C.", "Bogotá", "Calle 202 # 56-50",
                  "compras@nogalesnorte.example")  # fmt: skip
HOTEL = company("890331204", "Hotel Bahía Mar Ltda.", "Cartagena", "Bolívar", "Bocagrande, avenida San Martín 9-45",
                "contabilidad@bahiamar.example")  # fmt: skip
VIAJERA = company("830412986", "Transportes La Viajera S.A.S.", "Cali", "Valle del Cauca", "Calle 70 # 1N-55",
                  "pagos@laviajera.example")  # fmt: skip
FINAL = Party("CO", CEDULA, "222222222222", "consumidor final", None, None, "2", ("R-99-PN",), "ZZ")
BLUE_HARBOR = Party("US", "50", "841773920", "Blue Harbor Coffee, Inc.", None, None, "1", ("R-99-PN",), "ZZ",
                    "418 Dock Street", "Tacoma", "WA", "ap@blueharbor.example")  # fmt: skip
NORDLICHT = Party("DE", "50", "DE287654321", "Nordlicht Rösterei GmbH", None, None, "1", ("R-99-PN",), "ZZ",
                  "Speicherstraße 12", "Hamburg", "HH", "buchhaltung@nordlicht.example")  # fmt: skip

ACCOUNTS = (
    Account(EJEMPLAR, ABC, 8, unpaid=(12, 44, 77, 140), orders="OC-ABC-", withholds=True),
    Account(EJEMPLAR, NOGALES, 24, 60, delay=(5, 40), unpaid=(20, 38)),
    Account(EJEMPLAR, ANA, 66, 30, delay=(-3, 20), unpaid=(5,), method="49"),
    Account(EJEMPLAR, ANA, 110, 0, method="48"),
    Account(EJEMPLAR, FINAL, 9, 0, method="10", type_code="20"),
    Account(ROBLE, ABC, 17, 45, unpaid=(9, 65), orders="4500"),
    Account(ROBLE, RIO_CLARO, 10, 60, delay=(0, 25), unpaid=(33, 95), orders="RC-OBRA-", withholds=True),
    Account(ROBLE, ANA, 180, 0, method="10"),
    Account(ALTURA, ABC, 30, 30, unpaid=(28,)),
    Account(ALTURA, HOTEL, 21, 30, delay=(-2, 30), unpaid=(15, 50), method="42"),
    Account(ALTURA, BLUE_HARBOR, 34, 30, "USD", (-5, 5), (18,), type_code="02"),
    Account(ALTURA, NORDLICHT, 48, 60, "EUR", (-10, 3), (70,), type_code="02"),
    Account(CIFRAS, ABC, 30, 15, unpaid=(3,), withholds=True),
    Account(CIFRAS, VIAJERA, 30, 15, delay=(2, 60), unpaid=(40, 100, 130), withholds=True),
    Account(TINTAS, ABC, 46, 60, "EUR", None, since=150),
)
