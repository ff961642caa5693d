from hypothesis import given
from hypothesis import strategies as st

from .modules import load

share = load("service_advisor/tools/share.py")

UNITS = (0.01, 0.05, 1.0)
percents = st.lists(st.integers(1, 10000), min_size=1, max_size=5).map(
    lambda found: [value / 100 for value in found]
)


def coins(amount, unit):
    return round(amount / unit)


@given(st.integers(0, 10**9), percents, st.sampled_from(UNITS))
def test_main_and_shares_are_the_whole(count, wanted, unit):
    """R1.6: whatever the percentages, no cent is lost, and none is taken twice."""
    amount = round(count * unit, 2)
    if sum(coins(percent, 0.01) for percent in wanted) > 10000:
        wanted = [wanted[0]]
    shares = share.split_amount(amount, wanted, unit)
    taken = sum(coins(part, unit) for part in shares)
    assert 0 <= taken <= count
    assert all(part >= 0 for part in shares)
    for part, percent in zip(shares, wanted, strict=True):
        assert abs(part - amount * percent / 100) < unit * (1 + 1e-6) + amount * 1e-12
    if sum(coins(percent, 0.01) for percent in wanted) == 10000:
        assert taken == count, "the main payer pays nothing"


@given(st.integers(-(10**6), 10**6), percents)
def test_a_discount_is_shared_like_a_price(count, wanted):
    """R1.6: negative amounts are shared as their opposites are."""
    amount = count / 100
    back = [-part for part in share.split_amount(-amount, wanted, 0.01)]
    assert share.split_amount(amount, wanted, 0.01) == back


@given(st.integers(0, 10**7), st.integers(1, 100000))
def test_price_gives_the_amount(count, hundredths):
    """R1.6: the price of one piece makes the amount of all pieces to the cent."""
    amount, quantity = count / 100, hundredths / 100
    price = share.price_of(amount, quantity, 0.01)
    assert coins(price * quantity + 1e-9, 0.01) == count


def test_thirds():
    """R1.6: 40, 30 and 30 % of five cents leave nothing to the main payer."""
    assert share.split_amount(0.05, [40, 30, 30], 0.01) == [0.02, 0.02, 0.01]
    assert share.split_amount(100, [33.33, 33.33, 33.34], 0.01) == [33.33, 33.33, 33.34]
    assert share.price_of(60.01, 1.5, 0.01) == 40.007


@given(st.integers(1, 10**6), st.integers(0, 30))
def test_total_with_taxes_is_hit(count, rate):
    """R1.6: what a customer pays in full, taxes included, is found to the cent, or there is no
    price that makes it."""
    wanted = count / 100

    def total(price):
        return round(price + 1e-9, 2) + round(price * rate / 100 + 1e-9, 2)

    start = wanted / (1 + rate / 100)
    price = share.find_price(total, wanted, start, 0.01)
    if price is None:
        tried = [start + step / 20000 for step in range(-400, 401)]
        assert all(abs(total(other) - wanted) > 0.005 for other in tried)
    else:
        assert abs(total(price) - wanted) < 0.005


def test_prices_are_plain_where_they_can_be():
    """R1.6: a deductible of 500 with 13 % on top is 442.48, and 2.31 with 20 % is no price."""
    taxes = {13: 500.0, 20: 2.31}

    def total(rate):
        return lambda price: round(price + 1e-9, 2) + round(price * rate / 100 + 1e-9, 2)

    found = [
        share.find_price(total(rate), wanted, wanted / (1 + rate / 100), 0.01)
        for rate, wanted in taxes.items()
    ]
    assert found == [442.48, None]
