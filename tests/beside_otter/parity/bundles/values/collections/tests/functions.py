from collections import Counter, OrderedDict, defaultdict, deque, namedtuple

from otter.test_files import test_case

OK_FORMAT = False
name = "functions"
points = 6

Card = namedtuple("Card", ["suit", "rank"])


@test_case()
def test_nested(invert):
    assert invert({"a": 1, "b": 1, "c": 2}) == {1: ["a", "b"], 2: ["c"]}


@test_case()
def test_named(best):
    assert best([Card("hearts", 3), Card("spades", 9)]) == Card("spades", 9)
    assert best([Card("hearts", 3)]).suit == "hearts"


@test_case(hidden=True)
def test_in_place(remove_negative, rotate):
    numbers = [1, -2, 3, -4]
    assert remove_negative(numbers) is None and numbers == [1, 3]
    queue = deque([1, 2, 3])
    rotate(queue)
    assert queue == deque([3, 1, 2])


@test_case(hidden=True)
def test_counter(merged):
    first = Counter("aab")
    assert merged(first, Counter("bc")) == Counter(a=2, b=2, c=1)
    assert first == Counter("aab")


@test_case(hidden=True)
def test_aliases(grid):
    rows = grid(2, 3)
    rows[0][0] = 1
    assert rows == [[1, 0, 0], [0, 0, 0]]


@test_case(hidden=True)
def test_ordered(grouped):
    found = grouped(["apple", "bean", "avocado"])
    assert list(found.items()) == [("a", ["apple", "avocado"]), ("b", ["bean"])]
    assert found == OrderedDict(a=["apple", "avocado"], b=["bean"]) == defaultdict(list, found)
