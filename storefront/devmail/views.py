"""The pages of this room."""

from storefront import web

blueprint = web.blueprint("devmail", __name__)
