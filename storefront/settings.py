"""The settings: a TOML file, then the environment; typed, frozen, read once."""

import os
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from limits import parse
from pydantic import AfterValidator, Field, field_validator, model_validator
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from storefront.errors import RefusedToStart
from storefront.zones import DEFAULT_ZONES, Zone


def _rate(rule: str) -> str:
    """Refuse what is no rate.

    Raises:
        ValueError: it is none.
    """
    try:
        parse(rule)
    except ValueError as error:
        message = "write how many in what time, such as 20/hour"
        raise ValueError(message) from error
    return rule


Rate = Annotated[str, AfterValidator(_rate)]
Names = Annotated[tuple[str, ...], NoDecode]
Counts = Annotated[tuple[Annotated[int, Field(ge=1)], ...], NoDecode]
SECRETS = {
    "secret_key",
    "secret_key_fallbacks",
    "suppression_key",
    "smtp_password",
    "bounce_imap_password",
    "bounce_webhook_secrets",
    "stripe_secret_key",
    "stripe_webhook_secrets",
}
FOLDER = r"^[ -~]{0,100}$"  # printable ASCII
BOUNCES_TO = r"^([A-Za-z0-9._-]{1,30}@[A-Za-z0-9.-]+\.[A-Za-z0-9-]+)?$"
SELLER = ("seller_name", "seller_address", "seller_vat_id")


class Settings(BaseSettings):
    """Every setting of the shop; the environment variable is the name in capitals."""

    model_config = SettingsConfigDict(
        frozen=True, extra="forbid", env_ignore_empty=True, validate_default=True
    )

    environment: Literal["development", "production"] = "development"
    storefront_data: Path = Path("instance")  # the one folder of the embedded default
    database_url: str = ""  # empty = SQLite in the data folder
    redis_url: str = ""  # empty = none; limits are then counted in this process
    secret_key: str = ""  # empty in development = made once and kept in the data folder
    secret_key_fallbacks: Names = ()
    base_url: str = ""  # empty = http://127.0.0.1 and the port
    port: int = Field(8000, ge=1, le=65535)
    web_threads: int = Field(8, ge=1, le=64)
    allowed_hosts: Names = ()  # empty = any in development, only base_url's in production
    trusted_proxies: int = Field(0, ge=0, le=5)  # how many proxies set X-Forwarded-For
    url_prefix: str = ""  # where the shop hangs in a host app, such as /store

    shop_name: str = "Pressline"
    shop_notice: str = "Free delivery over €40 · 30 days to change your mind"
    support_email: str = "help@pressline.example"
    currency: str = Field("EUR", pattern=r"^[A-Z]{3}$")
    locale: str = "en_IE"
    timezone: str = "Europe/Berlin"
    booking_url: str = ""  # empty = no appointment button

    seller_name: str = "Pressline Demo (no real company)"  # who sells, on every invoice
    seller_address: str = "1 Example Street, 10115 Berlin, Germany"  # on one line
    seller_vat_id: str = "DE000000000 (demo)"  # empty = the seller has none
    invoice_first_number: int = Field(1, ge=1, le=9_000_000)  # of each year's series

    payments: Literal["till", "stripe"] = "till"
    stripe_secret_key: str = "sk_test_till_demo"  # noqa: S105  # opens the test till only
    stripe_webhook_secrets: Names = ("whsec_till_demo",)
    stripe_api_base: str = ""  # empty = Stripe's own, or the till's address with payments=till
    stripe_timeout_seconds: float = Field(4, gt=0, le=60)
    stripe_max_retries: int = Field(1, ge=0, le=5)
    till_port: int = Field(8001, ge=1, le=65535)  # unless set, the one after the port
    session_minutes: int = Field(40, ge=31, le=1440)  # how long a pay page lives
    stock_hold_minutes: int = Field(45, ge=31, le=1500)  # at least session_minutes
    stock_hold_most_minutes: int = Field(180, ge=31, le=10_000)  # however often it is prolonged
    stock_hold_rest_minutes: int = Field(10, ge=1, le=1500)  # then others may have it
    hold_max_pieces: int = Field(100, ge=1)  # of one variant, unpaid, by one client
    hold_max_orders: int = Field(30, ge=1)  # unpaid orders that hold something, of one client

    tax_mode: Literal["rates", "stripe", "none"] = "rates"
    tax_exclusive_countries: Names = ()  # where tax comes on top of the prices
    shipping_home: str = Field(
        "DE", pattern=r"^[A-Z]{2}$"
    )  # what pages without an address show
    shipping_zones: tuple[Zone, ...] = DEFAULT_ZONES
    low_stock: int = Field(5, ge=0)  # so few pieces or less are shown as "only a few left"
    order_cutoff_hour: int = Field(14, ge=0, le=23)  # orders before it leave the same day

    smtp_host: str = ""  # empty = letters are kept in the development mailbox
    smtp_port: int = Field(25, ge=1, le=65535)
    smtp_tls: bool = False  # port 465 is TLS from the first byte, whatever this says
    smtp_user: str = ""  # empty = the server asks for no sign-in
    smtp_password: str = ""
    smtp_timeout_seconds: float = Field(10, gt=0, le=120)
    mail_from: str = "Pressline <hello@pressline.example>"

    bounce_maildir: str = ""  # where mail comes back to, Maildir or .eml files; empty = nowhere
    bounce_imap_host: str = ""  # server of the mailbox it comes back to; empty = none
    bounce_imap_port: int = Field(993, ge=1, le=65535)  # any other port must offer STARTTLS
    bounce_imap_user: str = ""
    bounce_imap_password: str = ""
    bounce_imap_folder: str = Field("INBOX", pattern=FOLDER)
    bounce_imap_done: str = Field(
        "", pattern=FOLDER
    )  # where reports go; empty = marked as seen
    bounce_address: str = Field("", pattern=BOUNCES_TO)  # name@domain; each letter gets name+…@
    bounce_webhook_secrets: Names = ()  # provider:secret, of who tells by webhook
    dkim_selector: str = ""  # under which the mail server signs; the doctor looks there

    media_root: str = ""  # public media; empty = the data folder, then the demo's
    gated_root: str = ""  # gated media, outside any static path; empty = the data folder
    delivery: Literal["flask", "xaccel", "s3"] = "flask"
    media_s3_bucket: str = ""
    media_s3_endpoint: str = ""  # empty = Amazon's own, of the region
    media_s3_region: str = "eu-central-1"
    media_s3_access_key_id: str = ""
    media_s3_secret_access_key: str = ""
    media_s3_prefix: str = ""  # a folder in the bucket
    gated_url_seconds: int = Field(1800, ge=60, le=86_400)  # least life of a media grant
    gate_live_grants: int = Field(5, ge=1, le=100)  # films that an account plays at once
    video_max_bytes: int = Field(2_000_000_000, ge=1000)  # of an upload
    video_max_minutes: int = Field(240, ge=1, le=1440)
    ffmpeg: str = "ffmpeg"  # the program, or its path; ffprobe lies beside it
    gate_keep_after_leaving: bool = True  # leaving the newsletter keeps what it opened
    gate_refund_grace_days: int = Field(
        14, ge=0, le=365
    )  # what was refunded stays open so long

    member_grace_days: int = Field(7, ge=0, le=60)  # a late renewal keeps access for so long
    member_clock_minutes: int = Field(
        60, ge=0, le=1440
    )  # beyond a period, until a renewal is told
    member_gift_days: int = Field(365, ge=30, le=3650)  # how long a gift's code can be redeemed
    limit_member_client: Rate = "60/hour"  # presses of the membership's buttons by one client
    limit_gift_client: Rate = "20/hour"  # tries of a gift's code by one client

    order_open_days: int = Field(30, ge=1, le=3650)  # so long the link alone shows the address
    withdrawal_days: int = Field(14, ge=14, le=365)  # from delivery; the law's least is 14
    return_days: int = Field(30, ge=14, le=3650)  # from delivery, to change one's mind
    return_address: str = "Pressline Returns, Lagerweg 1, 10115 Berlin, Germany"
    letter_keep_days: int = Field(90, ge=1, le=3650)  # what was in a letter, to send it again

    newsletter_connections: int = Field(8, ge=1, le=64)  # to the mail server, of one worker
    newsletter_rate: float = Field(0, ge=0, le=10_000)  # letters a second in all; 0 = no bound
    newsletter_domain_rate: float = Field(0, ge=0, le=10_000)  # to one domain; 0 = no bound
    newsletter_warmup: Counts = ()  # letters on the first, second, ... day; empty = no bound
    newsletter_error_ratio: float = Field(0.1, gt=0, le=1)  # more refusals pause an issue

    signup_link_hours: int = Field(48, ge=1, le=168)
    policy_version: str = "2026-11"
    consent_address: Literal["full", "truncated", "off"] = "truncated"
    suppression_key: str = ""  # hashes addresses that outlive erasing; empty = SECRET_KEY does
    limit_signup_client: Rate = "20/hour"  # newsletter sign-ups from one address on the net
    limit_signup_address: Rate = "3/day"  # letters to one mail address
    limit_signup_domain: Rate = "500/hour"  # sign-ups of addresses at one domain
    limit_signup_global: Rate = "2000/hour"
    limit_cart_client: Rate = "60/hour"  # new carts from one address on the net
    limit_checkout_client: Rate = "60/hour"  # orders placed from one address on the net
    limit_checkout_email: Rate = "30/hour"  # orders placed for one mail address
    limit_checkout_press: Rate = "600/hour"  # presses of the button, refused ones too
    max_unpaid_tries: int = Field(20, ge=1, le=1000)  # of one cart or order, within a day
    pay_later_days: int = Field(7, ge=1, le=90)  # how long an unpaid order can still be paid
    pay_link_letter: bool = True  # whether its buyer is reminded, once
    pay_link_after_hours: int = Field(3, ge=1, le=240)
    limit_code_client: Rate = "30/hour"  # tries of the six-digit code
    limit_code_letters_client: Rate = "20/hour"  # codes asked for from one address on the net
    limit_code_letters_address: Rate = "6/hour"  # codes sent to one mail address
    limit_claim_client: Rate = "30/hour"  # codes from boxes tried from one address on the net
    limit_order_client: Rate = "60/hour"  # what buyers ask for on their order pages
    limit_withdraw_client: Rate = "20/hour"  # declared withdrawals from one address on the net
    limit_withdraw_address: Rate = "10/day"  # receipts of withdrawals to one mail address
    limit_plan_client: Rate = "20/hour"  # plans made from one address on the net
    limit_promotion_client: Rate = "60/hour"  # tries of a promotion code or a gift card
    signup_fill_seconds: float = Field(0, ge=0, le=30)  # faster than this is a robot

    customer_session_days: int = Field(365, ge=1, le=365)  # then a device proves itself anew
    customer_idle_days: int = Field(180, ge=1, le=365)  # unused for so long = signed out
    limit_sign_in_client: Rate = "20/hour"  # sign-in letters asked for from one client
    limit_sign_in_address: Rate = "3/day"  # sign-in letters to one address that led to nothing

    staff_session_hours: int = Field(12, ge=1, le=168)  # then everybody signs in anew
    staff_idle_minutes: int = Field(60, ge=5, le=1440)  # unused for so long = signed out
    staff_passkey_required: bool = False  # a code alone does not do once one is registered
    limit_staff_client: Rate = "20/hour"  # sign-in letters asked for from one client
    limit_staff_address: Rate = "10/hour"  # sign-in letters to one mail address
    limit_staff_code_client: Rate = "30/hour"  # codes and passkeys tried
    limit_staff_code_address: Rate = "10/minute"  # codes tried for one mail address

    max_body_bytes: int = Field(1_000_000, ge=10_000)
    max_form_parts: int = Field(200, ge=10)
    max_text: int = Field(20_000, ge=1000)  # characters in one field
    max_json_depth: int = Field(30, ge=5, le=200)
    max_quantity: int = Field(99, ge=1, le=9999)  # of one line
    max_cart_lines: int = Field(50, ge=1, le=100)
    db_lock_timeout_ms: int = Field(10_000, ge=100)
    db_statement_timeout_ms: int = Field(15_000, ge=100)
    db_pool_size: int = Field(10, ge=1, le=200)

    @model_validator(mode="before")
    @classmethod
    def _addresses_follow_the_port(cls, values: dict[str, Any]) -> dict[str, Any]:
        port = str(values.get("port", 8000))
        if not port.isdecimal():
            return values  # what is wrong with it is told by the field itself
        own = {"base_url": f"http://127.0.0.1:{port}", "till_port": int(port) + 1}
        return values | {name: own[name] for name in own if not values.get(name)}

    @field_validator(
        "secret_key_fallbacks", "allowed_hosts", "stripe_webhook_secrets", "bounce_webhook_secrets",
        "tax_exclusive_countries", "newsletter_warmup", mode="before",
    )  # fmt: skip
    @classmethod
    def _comma_separated(cls, value: Any) -> Any:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @model_validator(mode="after")
    def _holds_outlive_sessions(self) -> Self:
        if self.stock_hold_minutes < self.session_minutes:
            message = "STOCK_HOLD_MINUTES must be at least SESSION_MINUTES"
            raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _each_country_is_in_one_zone(self) -> Self:
        countries = [each for zone in self.shipping_zones for each in zone.countries]
        if len(countries) != len(set(countries)):
            message = "SHIPPING_ZONES has a country twice"
            raise ValueError(message)
        if self.shipping_home not in countries:
            message = "SHIPPING_HOME is in none of the SHIPPING_ZONES"
            raise ValueError(message)
        return self

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Let arguments beat the environment, and the environment the file."""
        del dotenv_settings, file_secret_settings
        file = os.environ.get("STOREFRONT_CONFIG")
        if file and not Path(file).is_file():
            message = f"STOREFRONT_CONFIG names {file}, and there is no such file."
            raise RefusedToStart(message)
        toml = TomlConfigSettingsSource(settings_cls, file) if file else None
        return (init_settings, env_settings, *([toml] if toml else []))

    @property
    def livemode(self) -> bool:
        """Tell whether the Stripe key moves real money."""
        return self.stripe_secret_key.startswith(("sk_live_", "rk_live_"))

    @property
    def production(self) -> bool:
        """Tell whether real people use this shop."""
        return self.environment == "production"

    @property
    def origin(self) -> str:
        """Give scheme, host and port of base_url."""
        parts = urlsplit(self.base_url)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def database(self) -> str:
        """Give the address of the database."""
        path = self.storefront_data.resolve() / "storefront.sqlite3"
        return self.database_url or f"sqlite:///{path}"


def is_loopback(url: str) -> bool:
    """Tell whether an address stays on this machine."""
    return (urlsplit(url).hostname or "") in {"127.0.0.1", "localhost", "::1"}
