"""Word the till's refusals the way Stripe words them."""

from typing import Any


class ApiError(Exception):
    """Answer a request with Stripe's error envelope.

    `executed` says the request was understood and carried out as far as it went, so an
    Idempotency-Key remembers this answer; a request refused for its shape is not remembered.
    """

    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        kind: str = "invalid_request_error",
        code: str | None = None,
        param: str | None = None,
        executed: bool = False,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.status = status
        self.kind = kind
        self.code = code
        self.param = param
        self.executed = executed

    def envelope(self, request_id: str) -> dict[str, Any]:
        """Build the JSON body, leaving out what is not known."""
        known = {"code": self.code, "param": self.param}
        facts = {name: value for name, value in known.items() if value}
        log = f"https://dashboard.stripe.com/test/logs/{request_id}"
        return {
            "error": {
                "message": self.message,
                "type": self.kind,
                **facts,
                "request_log_url": log,
            }
        }


def missing(kind: str, object_id: str, param: str = "id", status: int = 404) -> ApiError:
    """Say that no object has this id."""
    words = {"checkout.session": "checkout.session", "payment_intent": "payment_intent"}
    name = words.get(kind, kind.replace("_", " "))
    return ApiError(
        f"No such {name}: '{object_id}'", status=status, code="resource_missing", param=param
    )


def unknown_parameter(path: str) -> ApiError:
    """Say that a parameter is not one of this endpoint's."""
    return ApiError(f"Received unknown parameter: {path}", code="parameter_unknown", param=path)


def missing_parameter(path: str) -> ApiError:
    """Say that a parameter must be sent."""
    return ApiError(f"Missing required param: {path}.", code="parameter_missing", param=path)


def invalid(message: str, param: str, code: str | None = None) -> ApiError:
    """Say that a parameter's value breaks a rule."""
    return ApiError(message, code=code, param=param)
