"""Show amounts of minor units, and days, to people."""

from datetime import UTC, datetime

WHOLE = {"bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga", "pyg", "rwf", "ugx"}
WHOLE |= {"vnd", "vuv", "xaf", "xof", "xpf"}


def shown(amount: int, currency: str) -> str:
    """Write an amount with its currency, such as 24.00 EUR."""
    code = currency.upper()
    if currency in WHOLE:
        return f"{amount} {code}"
    return f"{amount // 100}.{amount % 100:02d} {code}"


def day(moment: int) -> str:
    """Write a time as a day, such as 2026-11-20."""
    return datetime.fromtimestamp(moment, UTC).date().isoformat()
