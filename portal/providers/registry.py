"""Which payment providers there are: one line each."""

from __future__ import annotations

from portal.ports import PaymentProvider
from portal.providers.mercado_pago import MercadoPago
from portal.providers.payu import PayU
from portal.providers.wompi import Wompi


def make_providers(*more: PaymentProvider) -> dict[str, PaymentProvider]:
    """All providers by their names; `more`: those that need something of the portal's own."""
    providers: list[PaymentProvider] = [
        MercadoPago(),
        Wompi(),
        PayU(),
        *more,
    ]
    return {provider.name: provider for provider in providers}
