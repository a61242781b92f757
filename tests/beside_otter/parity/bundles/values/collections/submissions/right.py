# scores: functions 6/6, variables 9/9
# %%
from collections import Counter, defaultdict, deque, namedtuple

counts = Counter("abaca")
Point = namedtuple("Point", "x y")
point = Point(1, 2)
groups = defaultdict(list)
for n in range(4):
    groups["odd" if n % 2 else "even"].append(n)
queue = deque([1, 2, 3], maxlen=2)
data = bytes([0]) + b"ab"
frozen = frozenset({1, (2, 3)})
z, big, small = 1 - 1j, 2**200, float("-inf")
keys = {"a": 1, "b": 2}.keys()
span = range(2, 10, 3)
kinds = {"number": int, "text": str, "wrong": ValueError}
# %%
def invert(table):
    found = defaultdict(list)
    for key, value in table.items():
        found[value].append(key)
    return found

def best(cards):
    return max(cards, key=lambda card: card.rank)

def remove_negative(numbers):
    numbers[:] = [n for n in numbers if n >= 0]

def rotate(queue):
    queue.rotate()

def merged(a, b):
    return a + b

def grid(rows, columns):
    return [[0] * columns for _ in range(rows)]

def grouped(words):
    found = {}
    for word in words:
        found.setdefault(word[0], []).append(word)
    return found
