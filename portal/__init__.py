"""Portal de clientes: the customer portal any business can put in front of any billing system."""

__version__ = "0.1.0"
