"""The pages of this room."""

from storefront import web

blueprint = web.blueprint("health", __name__)
