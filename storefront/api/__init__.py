"""The JSON API with its OpenAPI description."""
