# Changes its arguments, and loses the order.
# scores: matrix 0/3, words 2/3
# %%
import numpy as np
from collections import defaultdict

def count_words(text):
    counts = defaultdict(int)
    for word in text.split():
        counts[word] += 1
    return counts

def unique(xs):
    return sorted(set(xs))
# %%
def transposed(rows):
    return list(zip(*rows))

def scaled(m, factor):
    m *= factor
    return m

def neighbours(graph, node):
    return graph[node]
