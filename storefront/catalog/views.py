"""The pages of this room."""

from storefront import web

blueprint = web.blueprint("catalog", __name__)
