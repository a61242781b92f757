from collections import Counter

from otter.test_files import test_case

OK_FORMAT = False
name = "words"
points = 3


@test_case()
def test_counts(count_words):
    assert count_words("a b a") == {"a": 2, "b": 1}


@test_case()
def test_most_common(count_words):
    assert Counter(count_words("x y y")).most_common(1) == [("y", 2)]


@test_case(hidden=True)
def test_order(unique):
    assert unique([3, 1, 3, 2, 1]) == [3, 1, 2]
    assert unique(("a", "a")) == ["a"]
