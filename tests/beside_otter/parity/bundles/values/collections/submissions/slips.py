# scores: functions 1/6, variables 0/9
# Usual slips: aliases, plain dictionaries, changed arguments.
# %%
counts = {"a": 3, "b": 1, "c": 1}
point = (1, 2)
groups = {"even": [0, 2], "odd": [1, 3]}
queue = [2, 3]
data = "\x00ab"
frozen = {1, (2, 3)}
z, big, small = complex("1-1j"), 1 << 200, -1e308
keys = ["a", "b"]
span = list(range(2, 10, 3))
kinds = {"number": "int", "text": "str"}
# %%
def invert(table):
    return {value: [key] for key, value in table.items()}

def best(cards):
    return sorted(cards)[-1]

def remove_negative(numbers):
    for n in numbers:
        if n < 0:
            numbers.remove(n)

def rotate(queue):
    queue.append(queue.popleft())

def merged(a, b):
    a.update(b)
    return a

def grid(rows, columns):
    return [[0] * columns] * rows

def grouped(words):
    return {word[0]: [w for w in words if w[0] == word[0]] for word in sorted(words, reverse=True)}
