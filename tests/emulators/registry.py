"""The emulators: one line for each provider, and every suite that runs over all providers meets it."""

from __future__ import annotations

from tests.emulators.base import Emulator
from tests.emulators.mercado_pago import MercadoPagoEmulator
from tests.emulators.payu import PayuEmulator
from tests.emulators.wompi import WompiEmulator

EMULATORS: dict[str, type[Emulator]] = {
    "mercado_pago": MercadoPagoEmulator,
    "wompi": WompiEmulator,
    "payu": PayuEmulator,
}
