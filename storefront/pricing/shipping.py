"""What delivery costs: a table of zones, by country."""


def free_over() -> int:
    """Tell from which subtotal (minor units) delivery is free."""
    return 4000
