"""The pages of this room."""

from storefront import web

blueprint = web.blueprint("payments", __name__)
