"""Where the studio hangs, and who of the staff may come to each of its addresses."""

from storefront.public import DeskPlace, Rule

ROOM = "routines_backoffice_studio"
RULES: dict[str, Rule] = {}
PLACE = DeskPlace("/studio", RULES)
