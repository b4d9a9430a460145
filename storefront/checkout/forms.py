"""The checkout form: its fields, and what was typed into it as details."""

from typing import Any

from wtforms import (
    BooleanField,
    Form,
    HiddenField,
    RadioField,
    SelectField,
    StringField,
)
from wtforms.fields.choices import SelectChoice

from storefront.cart.contents import Contents
from storefront.checkout.details import Details
from storefront.pricing import shipping, tax

REQUIRED = {"required": True}
COUNTRIES = [SelectChoice(*pair) for pair in tax.country_names(shipping.COUNTRIES).items()]


class CheckoutForm(Form):
    """Who buys, where it goes and how; the rules stand in `details`."""

    email = StringField(
        "Email", render_kw=REQUIRED, description="For the receipt and the link to your order."
    )
    name = StringField("Full name", render_kw=REQUIRED)
    line1 = StringField("Street and number", render_kw=REQUIRED)
    line2 = StringField("Flat, floor, company")
    postal_code = StringField("Postal code", render_kw=REQUIRED)
    city = StringField("Town or city", render_kw=REQUIRED)
    country = SelectField(
        "Country", choices=COUNTRIES, default=shipping.HOME, render_kw=REQUIRED,
        validate_choice=False,
    )  # fmt: skip
    shipping = RadioField("Delivery", default="standard", validate_choice=False)
    terms = BooleanField("I agree to the terms of sale", render_kw=REQUIRED)
    newsletter = BooleanField("Send me the newsletter too")
    expected_total = HiddenField()

    def details(self) -> Details:
        """Give what was typed; nothing of it is checked yet."""
        return Details(
            **{name: getattr(self, name).data or "" for name in
               ("email", "name", "line1", "line2", "postal_code", "city", "country", "shipping")},
            accepts_terms=bool(self.terms.data), wants_newsletter=bool(self.newsletter.data),
        )  # fmt: skip

    def tell(self, fields: dict[str, Any]) -> None:
        """Show sentences beside the fields that they are about."""
        for name, sentence in fields.items():
            if name in self:
                self[name].errors = [sentence]

    def offer(self, cart: Contents, ways: list[tuple[str, str]]) -> None:
        """Offer the ways of delivery for the country, and note the total that is shown."""
        self.shipping.choices = [SelectChoice(*way) for way in ways]
        if cart.shipping_method is not None:
            self.shipping.data = cart.shipping_method.key
        if cart.sums is not None:
            self.expected_total.data = str(cart.sums.total_minor)
