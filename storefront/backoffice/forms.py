"""What the forms of the backoffice send."""

from wtforms import Form, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from storefront.errors import Invalid
from storefront.staff.models import ROLES

CHOICES = [SelectChoice(role, role.capitalize()) for role in ROLES]


class InviteForm(Form):
    """An address and a role."""

    email = StringField("Email address", [InputRequired("Enter an address."), Length(max=254)])
    role = RadioField(
        "Role",
        [InputRequired("Choose a role.")],
        choices=CHOICES,
    )

    def refuse(self, error: Invalid) -> None:
        """Write what the service found wrong beside its field."""
        for name, sentence in error.fields.items():
            if name in self:
                self[name].errors = [*self[name].errors, sentence]


class RoleForm(Form):
    """A role."""

    role = SelectField("Role", choices=CHOICES)
