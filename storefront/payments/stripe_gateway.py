"""Stripe behind our port: the only file that imports stripe."""

from storefront.settings import Settings


class StripeGateway:
    """Talk to Stripe, or to the test till by another base address."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
