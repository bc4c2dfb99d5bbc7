"""What the warehouses have: the business code that both workers call, whichever API they speak."""

from __future__ import annotations

SOLD_OUT = frozenset({"anvil", "umbrella"})


class OutOfStock(Exception):
    """The goods have run out."""

    code = "OUT_OF_STOCK"


def reserve(item: str, quantity: int) -> str:
    """Return the number of the reservation. Raises OutOfStock."""
    if item in SOLD_OUT:
        raise OutOfStock(f"No {item} is left.")
    return f"{item}-{quantity}"
