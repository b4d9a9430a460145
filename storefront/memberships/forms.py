"""The forms of a gift: who pays, and the code that is redeemed."""

from wtforms import Form, RadioField, StringField

from storefront.errors import ShopError

REQUIRED = {"required": True}


class GiftForm(Form):
    """How long a gift lasts, and where its code is mailed."""

    plan = RadioField("How long", choices=[], validate_choice=False)
    email = StringField(
        "Your email",
        render_kw=REQUIRED,
        description="The code is mailed here; you give it away.",
    )


class RedeemForm(Form):
    """A code."""

    code = StringField(
        "Code", render_kw=REQUIRED | {"maxlength": "40", "autocomplete": "off"},
        description="Sixteen letters and digits, as they stand on the card.",
    )  # fmt: skip


def tell(form: Form, problem: ShopError) -> None:
    """Show the sentences of a problem beside their fields."""
    fields = problem.facts.get("fields")
    for name, sentence in (fields if isinstance(fields, dict) else {}).items():
        if name in form:
            form[name].errors = [sentence]
