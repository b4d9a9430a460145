"""The checkout form: its fields, and what was typed into it as details."""

from typing import Any

from wtforms import (
    BooleanField,
    Form,
    HiddenField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.widgets import TextInput

from storefront.cart.contents import Contents
from storefront.checkout.details import LONGEST_NOTE, Details
from storefront.customers.addresses import AddressField
from storefront.pricing import tax

REQUIRED = {"required": True}
TYPED = (
    "email", "name", "line1", "line2", "postal_code", "city", "region", "country", "shipping",
    "gift_note",
)  # fmt: skip


class RegionField(SelectField):
    """A state, province or county: a list where the country has one, else a line to type."""

    def _value(self) -> str:
        return str(self.data or "")

    def offer(self, choices: tuple[tuple[str, str], ...]) -> None:
        """Take the regions of a country."""
        self.choices = [
            SelectChoice("", "Please choose"),
            *(SelectChoice(*each) for each in choices),
        ]
        if not choices:
            self.widget = TextInput()


class CheckoutForm(Form):
    """Who buys, where it goes and how; the rules stand in `details`."""

    email = StringField(
        "Email", render_kw=REQUIRED, description="For the receipt and the link to your order."
    )
    name = StringField("Full name", render_kw=REQUIRED)
    country = SelectField(
        "Country", choices=[], default="", render_kw=REQUIRED, validate_choice=False,
    )  # fmt: skip
    line1 = StringField("Street and number")
    line2 = StringField("Flat, floor, company")
    postal_code = StringField("Postal code")
    city = StringField("Town or city")
    region = RegionField("Region", choices=[], validate_choice=False)
    shipping = RadioField("Delivery", default="standard", validate_choice=False)
    is_gift = BooleanField("This is a gift: leave the prices off the slip in the parcel")
    gift_note = TextAreaField(
        "Note for the parcel", description=f"We print it on the slip; at most {LONGEST_NOTE} characters.",
        render_kw={"rows": 3},
    )  # fmt: skip
    terms = BooleanField("I agree to the terms of sale", render_kw=REQUIRED)
    newsletter = BooleanField("Send me the newsletter too")
    expected_total = HiddenField()

    def details(self) -> Details:
        """Give what was typed; nothing of it is checked yet."""
        return Details(
            **{name: getattr(self, name).data or "" for name in TYPED},
            accepts_terms=bool(self.terms.data), wants_newsletter=bool(self.newsletter.data),
            is_gift=bool(self.is_gift.data),
        )  # fmt: skip

    def tell(self, fields: dict[str, Any]) -> None:
        """Show sentences beside the fields that they are about."""
        for name, sentence in fields.items():
            if name in self:
                self[name].errors = [sentence]

    def ask(self, address: tuple[AddressField, ...]) -> None:
        """Ask for an address as its country writes it."""
        for asked in address:
            field = self[asked.name]
            field.label.text = asked.label
            field.render_kw = REQUIRED if asked.is_required else {}
            field.description = f"Such as {asked.example}." if asked.example else ""
            if asked.name == "region":
                field.offer(asked.choices)

    def offer(
        self, cart: Contents, ways: list[tuple[str, str]], countries: tuple[str, ...]
    ) -> None:
        """Offer the countries and the ways of delivery, and note the total that is shown."""
        self.country.choices = [
            SelectChoice(*pair) for pair in tax.country_names(countries).items()
        ]
        self.country.data = cart.country
        self.shipping.choices = [SelectChoice(*way) for way in ways]
        if cart.shipping_method is not None:
            self.shipping.data = cart.shipping_method.key
        if cart.sums is not None:
            self.expected_total.data = str(cart.sums.charge_minor)
