"""Show amounts of minor units to people."""

WHOLE = {"bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga", "pyg", "rwf", "ugx"}
WHOLE |= {"vnd", "vuv", "xaf", "xof", "xpf"}


def shown(amount: int, currency: str) -> str:
    """Write an amount with its currency, such as 24.00 EUR."""
    code = currency.upper()
    if currency in WHOLE:
        return f"{amount} {code}"
    return f"{amount // 100}.{amount % 100:02d} {code}"
