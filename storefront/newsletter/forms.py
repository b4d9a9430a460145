"""What the newsletter's forms send."""

import re

from wtforms import Field, Form, StringField

from storefront.newsletter import consent


class Names(Field):
    """Short names that were ticked; a form that sends too many of them sends none."""

    MOST = 60

    def process_formdata(self, valuelist: list[str]) -> None:
        """Keep what can be a name."""
        fits = [one for one in valuelist if re.fullmatch(r"[a-z0-9][a-z0-9-]{0,79}", one)]
        is_whole = len(fits) == len(valuelist) <= self.MOST
        self.data = tuple(dict.fromkeys(valuelist)) if is_whole else ("?",)


class SignUpForm(Form):
    """An address, and whether the letters are wanted or only the address is to be proven."""

    email = StringField("Email address")
    wish = StringField(default="newsletter")  # or "address"
    source = StringField()
    next = StringField()
    website = StringField()  # people do not see it
    stamp = StringField()
    choose = StringField()  # the form let somebody choose among newsletters
    lists = Names(default=())
    topics = Names(default=())

    @property
    def wants_newsletter(self) -> bool:
        """Tell whether the letters are wanted."""
        return bool(self.wish.data != "address")

    @property
    def chosen_lists(self) -> tuple[str, ...]:
        """Name the newsletters that were ticked; an empty name where none was, though one had to be."""
        ticked: tuple[str, ...] = self.lists.data or ()
        return ticked or (("?",) if self.choose.data and self.wants_newsletter else ())

    @property
    def consent_text(self) -> str:
        """Give the words that stood beside the button."""
        return consent.NEWSLETTER if self.wants_newsletter else consent.ADDRESS_ONLY

    @property
    def form_name(self) -> str:
        """Name the form that was used."""
        name = self.source.data or ""
        return name if re.fullmatch(r"[a-z][a-z0-9-]{0,59}", name) else "unknown"


class ChoicesForm(Form):
    """The newsletters and topics of a reader."""

    action = StringField(default="keep")  # or "leave_all"
    lists = Names(default=())
    topics = Names(default=())


class CodeForm(Form):
    """The six digits of the letter, however they were copied."""

    code = StringField("Code from the letter")

    @property
    def digits(self) -> str:
        """Give the digits alone."""
        return re.sub(r"[\s-]", "", self.code.data or "")
