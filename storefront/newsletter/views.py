"""The pages of this room."""

from storefront import web

blueprint = web.blueprint("newsletter", __name__)
