"""The pages of this room."""

from storefront import web

blueprint = web.blueprint("api", __name__)
