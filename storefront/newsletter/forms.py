"""What the newsletter's forms send."""

import re

from wtforms import Form, StringField

from storefront.newsletter import consent


class SignUpForm(Form):
    """An address, and whether the letters are wanted or only the address is to be proven."""

    email = StringField("Email address")
    wish = StringField(default="newsletter")  # or "address"
    source = StringField()
    next = StringField()
    website = StringField()  # people do not see it
    stamp = StringField()

    @property
    def wants_newsletter(self) -> bool:
        """Tell whether the letters are wanted."""
        return bool(self.wish.data != "address")

    @property
    def consent_text(self) -> str:
        """Give the words that stood beside the button."""
        return consent.NEWSLETTER if self.wants_newsletter else consent.ADDRESS_ONLY

    @property
    def form_name(self) -> str:
        """Name the form that was used."""
        name = self.source.data or ""
        return name if re.fullmatch(r"[a-z][a-z0-9-]{0,59}", name) else "unknown"


class CodeForm(Form):
    """The six digits of the letter, however they were copied."""

    code = StringField("Code from the letter")

    @property
    def digits(self) -> str:
        """Give the digits alone."""
        return re.sub(r"[\s-]", "", self.code.data or "")
