"""What `route_code` is held to: the initials of both ends, however they are spelt, and "??" for what is no route."""

from otter.test_files import test_case

OK_FORMAT = False
name = "route_code"
points = 8

HIDDEN_WORDS = ("north", "Old", "SOUTH", "bay", "Harbour", "quay", "St", "mole", "Light", "ness")


@test_case(name="three spellings", points=2)
def test_three_spellings(route_code):
    for spelt in ("North Bay - Old Harbour", "north bay-old harbour", "  North   BAY -Old harbour "):
        assert route_code(spelt) == "NB-OH", f"route_code({spelt!r}) should be 'NB-OH', and is {route_code(spelt)!r}"


@test_case(name="any spelling, any dash", points=3, hidden=True)
def test_any_spelling(route_code, rng):
    for dash in ("-", "\N{EN DASH}", "\N{EM DASH}", " - ", "  \N{EN DASH}"):
        ends = [rng.choice(HIDDEN_WORDS, size=rng.integers(1, 4)) for _ in range(2)]
        spelt = dash.join("  ".join(words) for words in ends)
        wanted = "-".join("".join(word[0] for word in words).upper() for words in ends)
        assert route_code(spelt) == wanted


@test_case(name="what is no route", points=3, hidden=True)
def test_no_route(route_code):
    for nothing in (None, float("nan"), "", "   ", "-", "Old Harbour", "Old Harbour - ", "Bay - Mole - Quay"):
        assert route_code(nothing) == "??"
