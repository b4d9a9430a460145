"""The pages of this room."""

from storefront import web

blueprint = web.blueprint("media", __name__)
