"""What settings may not be together: dangers that stop the start, and choices to think twice about."""

from importlib.util import find_spec

from storefront.errors import RefusedToStart
from storefront.settings import SELLER, Settings, is_loopback

WEAK_KEYS = {"", "dev", "secret", "changeme", "change-me", "development-only"}
STRICT_GATE = (
    "GATE_KEEP_AFTER_LEAVING=false takes videos from whoever leaves the newsletter: that ties access to"
    " consent to mail, which may then not count as freely given (GDPR, Article 7(4))."
)


def warnings(settings: Settings) -> list[str]:
    """List what an owner may choose and should have thought of, in sentences."""
    return [] if settings.gate_keep_after_leaving else [STRICT_GATE]


def production_problems(settings: Settings) -> list[str]:
    """List what forbids to serve real people with these settings, in sentences."""
    base = settings.stripe_api_base
    found = {
        "A live Stripe key needs ENVIRONMENT=production.": (
            settings.livemode and not settings.production
        ),
        "SECRET_KEY is missing or weak: use at least 32 random characters.": (
            settings.secret_key in WEAK_KEYS or len(settings.secret_key) < 32
        ),
        "PAYMENTS=till is for development: no money moves there.": settings.payments == "till",
        "STRIPE_API_BASE is not Stripe's: remove it.": bool(base),
        "STRIPE_SECRET_KEY is not a live key.": not settings.livemode,
        "STRIPE_WEBHOOK_SECRETS is missing.": not settings.stripe_webhook_secrets
        or "whsec_till_demo" in settings.stripe_webhook_secrets,
        "BASE_URL must begin with https://.": not settings.base_url.startswith("https://"),
        "SELLER_NAME, SELLER_ADDRESS or SELLER_VAT_ID is the demo's: invoices need yours.": any(
            getattr(settings, name) == Settings.model_fields[name].default for name in SELLER
        ),
    }
    return [sentence for sentence, is_wrong in found.items() if is_wrong]


def delivery_problems(settings: Settings) -> list[str]:
    """List what keeps gated media from being delivered the way that was chosen, in sentences."""
    if settings.delivery != "s3":
        return []
    names = ("media_s3_bucket", "media_s3_access_key_id", "media_s3_secret_access_key")
    found = [
        f"DELIVERY=s3 needs {name.upper()}." for name in names if not getattr(settings, name)
    ]
    if find_spec("obstore") is None:
        found.append("DELIVERY=s3 needs obstore: install flask-storefront-routines[s3].")
    endpoint = settings.media_s3_endpoint
    if endpoint and not (endpoint.startswith("https://") or is_loopback(endpoint)):
        found.append("MEDIA_S3_ENDPOINT must begin with https://.")
    return found


def check(settings: Settings) -> Settings:
    """Refuse settings that would make a dangerous shop.

    Raises:
        RefusedToStart: with every reason in one text.
    """
    serves_people = settings.production or settings.livemode
    reasons = production_problems(settings) if serves_people else []
    if settings.payments == "till" and settings.livemode:
        reasons.append("A live Stripe key must never meet the test till.")
    if (
        settings.stripe_api_base
        and settings.livemode
        and not is_loopback(settings.stripe_api_base)
    ):
        reasons.append("A live Stripe key is only sent to Stripe: remove STRIPE_API_BASE.")
    if (
        settings.payments == "till"
        and settings.stripe_api_base
        and not is_loopback(settings.stripe_api_base)
    ):
        reasons.append(
            "The test till lives on this machine only: STRIPE_API_BASE must be loopback."
        )
    reasons += delivery_problems(settings)
    if reasons:
        raise RefusedToStart("\n".join(reasons))
    return settings
