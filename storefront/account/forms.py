"""The forms of signing in and of an account; what may stand in them is for the services to say."""

from wtforms import HiddenField, StringField

from storefront.aftersales.forms import CODE, REQUIRED, Telling


class SignInForm(Telling):
    """One address."""

    email = StringField("Email", render_kw=REQUIRED)


class AskedDigitsForm(Telling):
    """Six digits of a letter, for what is signed in `asked`."""

    asked = HiddenField()
    code = StringField(
        "Code", render_kw=CODE, description="Six digits, from the newest letter."
    )


class DigitsForm(Telling):
    """Six digits of a letter."""

    code = StringField(
        "Code", render_kw=CODE, description="Six digits, from the newest letter."
    )
