"""Which work is checked while it is under way: more of it where more can go wrong.

The draw is a hash of the seed of the company and the number of the job. Whoever knows both can
draw again and has to get the same answer; whoever knows only the job can not foresee it.
"""

import hashlib
from dataclasses import dataclass, field

# What adds to the base rate; the shares of the rates carry these names.
RISKS = ("new_technician", "difficult", "comeback", "failures")
# Brakes, steering and high voltage are never left to chance alone, whatever was configured.
LEAST_FLOOR = 1.0


@dataclass(frozen=True)
class Rates:
    """Shares of the work that is checked, in percent.

    :param base: of all work.
    :param added: ``{one of RISKS: what it adds to the base}``.
    :param floor: of work on brakes, steering or high voltage at least.
    """

    base: float = 10.0
    added: dict = field(default_factory=dict)
    floor: float = 100.0


def get_shares(rates, risks):
    """Return what makes up the rate of work with ``risks``, as ``{"base" or a risk: percent}``.

    :param risks: those of :data:`RISKS` that the work runs; others count nothing.
    """
    added = {risk: rates.added.get(risk, 0.0) for risk in RISKS if risk in risks}
    return {"base": rates.base} | {risk: share for risk, share in added.items() if share}


def get_rate(rates, risks, is_critical):
    """Return the percentage of such work that is checked, between 0 and 100; critical work
    (brakes, steering, high voltage) never less than its floor, nor than :data:`LEAST_FLOOR`."""
    rate = sum(get_shares(rates, risks).values())
    if is_critical:
        rate = max(rate, rates.floor, LEAST_FLOOR)
    return min(max(rate, 0.0), 100.0)


def draw(seed, number):
    """Return the lot of the job with this ``number``, evenly spread from 0 to below 100: the job
    is checked where its lot is below its rate."""
    digest = hashlib.sha256(f"{seed}/{number}".encode()).digest()
    return int.from_bytes(digest[:6], "big") * 100 / 2**48
