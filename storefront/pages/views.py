"""The pages of this room."""

from storefront import web

blueprint = web.blueprint("pages", __name__)
