"""The forms of a buyer after the sale; what may stand in them is for the services to say."""

from typing import Any

from wtforms import Form, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice

from storefront.aftersales.withdrawal import Declaration
from storefront.customers import addresses
from storefront.orders.models import Order

REQUIRED = {"required": True}
CODE = {"required": True, "maxlength": "7", "pattern": "[0-9 ]{6,7}"}


class Telling(Form):
    """A form that shows sentences beside the fields that they are about."""

    def tell(self, fields: dict[str, Any]) -> None:
        """Show sentences beside their fields."""
        for name, sentence in fields.items():
            if name in self:
                self[name].errors = [sentence]


class EmailForm(Telling):
    """One address."""

    email = StringField("Email", render_kw=REQUIRED, description="The one you ordered with.")


class CodeForm(Telling):
    """Six digits of a letter; `asked` is signed, and is what this device waits for."""

    asked = HiddenField()
    code = StringField(
        "Code", render_kw=CODE, description="Six digits, from the newest letter."
    )


class AddressForm(Telling):
    """Where an order goes; its country stays."""

    name = StringField("Full name", render_kw=REQUIRED)
    line1 = StringField("Street and number", render_kw=REQUIRED)
    line2 = StringField("Flat, floor, company")
    postal_code = StringField("Postal code", render_kw=REQUIRED)
    city = StringField("Town or city", render_kw=REQUIRED)
    region = SelectField("Region", choices=[], validate_choice=False)

    @classmethod
    def of(cls, order: Order) -> "AddressForm":
        """Fill in what an order has."""
        parts = {name: order.address.get(name, "") for name in addresses.PARTS}
        return cls(data={"name": order.name, **parts})

    def fit(self, country: str) -> list[addresses.AddressField]:
        """Ask as a country writes its addresses; give its fields in order."""
        asked = list(addresses.fields(country))
        for each in asked:
            field = self[each.name]
            field.label.text = each.label
            field.render_kw = REQUIRED if each.is_required else {}
            if each.name == "region":
                field.choices = [
                    SelectChoice("", "Choose"),
                    *(SelectChoice(*c) for c in each.choices),
                ]
        return asked

    def address(self) -> dict[str, str]:
        """Give what was typed; nothing of it is checked yet."""
        return {name: self[name].data or "" for name in addresses.PARTS}


class WithdrawForm(Telling):
    """Who withdraws from which contract, and from how much of it."""

    name = StringField("Full name", render_kw=REQUIRED)
    email = StringField("Email", render_kw=REQUIRED, description="The receipt is sent there.")
    order_number = StringField(
        "Order number",
        render_kw=REQUIRED,
        description="It stands in our letters, such as 7K3M-92QX.",
    )
    extent = RadioField(
        "What you withdraw from", default="all", validate_choice=False,
        choices=[SelectChoice("all", "The whole order"), SelectChoice("part", "Only a part of it")],
    )  # fmt: skip
    part = TextAreaField("Which part", render_kw={"rows": "3"})

    def declaration(self) -> Declaration:
        """Give what was typed; nothing of it is checked yet."""
        part = (self.part.data or "").strip() if self.extent.data == "part" else ""
        return Declaration(
            self.name.data or "", self.email.data or "", self.order_number.data or "", part
        )
