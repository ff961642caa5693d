from hypothesis import given
from hypothesis import strategies as st

from .modules import load

rules = load("service_advisor_quality/tools/words.py")


@given(st.text(), st.from_regex(r"\A1[3-9]\d{9}\Z"), st.text())
def test_no_number_is_left(before, number, after):
    """R4.4: a telephone number does not stay in the words, wherever it stands."""
    assert number not in rules.scrub(f"{before} {number} {after}")


def test_what_is_scrubbed():
    """R4.4: numbers however they are grouped, addresses and names; prices and times stay."""
    assert rules.scrub("139 1234 5678, (021) 5550-1001") == "•••, (•••"
    assert rules.scrub("请打13912345678或写li@mail.example给我") == "请打•••或写•••给我"
    assert rules.scrub("mail li.na@mail.example!") == "mail •••!"
    assert rules.scrub("Li waited, like Lily", ["Li"]) == "••• waited, like Lily"
    assert rules.scrub("王小明等了两小时", ["王小明"]) == "•••等了两小时"
    kept = "Waited 45 minutes, 1280.50 paid, 3 visits"
    assert rules.scrub(kept) == kept
    assert rules.scrub(None) == ""


def test_themes():
    """R4.5: a theme is what several customers speak of, each counted once."""
    texts = ["Waiting, waiting, waiting", "The waiting room", "Price too high", None,
             "等待时间太长", "等待太久"]
    assert rules.themes(texts) == [("waiting", 2), ("等待", 2)]
    assert rules.themes(texts, least=3) == []
    assert len(rules.themes(["alpha beta gamma"] * 2, most=2)) == 2
