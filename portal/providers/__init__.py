"""Payment providers: one file each behind `portal.ports.PaymentProvider`, and one line in the registry."""
