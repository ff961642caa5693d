"""How several payers share one amount, without records."""

from decimal import ROUND_HALF_UP, Decimal


def split_amount(amount, percents, unit):
    """Share ``amount`` out to the cent.

    :param amount: what is shared, a multiple of ``unit``.
    :param percents: what each share takes, in percent; together 100 at most.
    :param unit: the smallest coin, for instance 0.01.
    :return: one amount per share. What is left is the rest of the whole amount; nothing where the
        shares make 100 %. No share is off by a whole coin, and none takes more than there is.
    """
    coins = _to_coins(amount, unit)
    taken, bounds = Decimal(0), [Decimal(0)]
    for percent in percents:
        taken += Decimal(str(percent))
        bounds.append((coins * taken / 100).quantize(Decimal(1), ROUND_HALF_UP))
    coin = Decimal(str(unit))
    return [
        float((after - before) * coin) for before, after in zip(bounds, bounds[1:], strict=False)
    ]


def price_of(amount, quantity, unit):
    """Return the price with the fewest decimals, two or more, of which ``quantity`` pieces cost
    ``amount`` to the cent.

    :param amount: a multiple of ``unit``, the smallest coin.
    """
    coins, pieces = _to_coins(amount, unit), Decimal(str(quantity))
    exact = Decimal(str(amount)) / pieces
    for decimals in range(2, 12):
        price = exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
        if _to_coins(price * pieces, unit) == coins:
            return float(price)
    return float(exact)


def find_price(total_of, wanted, start, unit):
    """Return a price next to ``start`` of which ``total_of(price)`` is ``wanted``, one with few
    decimals where there is one.

    Taxes are rounded on their own, so the price without them that is found by division may miss
    the total by a cent. A price that hits it lies within a coin, else there is none: None.
    """
    rounded = [round(start, decimals) for decimals in range(2, 7)]
    near = [start + sign * step * unit / 20 for step in range(1, 21) for sign in (1, -1)]
    for price in [*rounded, start, *near]:
        if abs(total_of(price) - wanted) < unit / 2:
            return price
    return None


def _to_coins(amount, unit):
    return (Decimal(str(amount)) / Decimal(str(unit))).quantize(Decimal(1), ROUND_HALF_UP)
