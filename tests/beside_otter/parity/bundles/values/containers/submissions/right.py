# scores: matrix 3/3, words 3/3
# %%
import numpy as np
from collections import Counter

def count_words(text):
    return Counter(text.split())

def unique(xs):
    return list(dict.fromkeys(xs))
# %%
def transposed(rows):
    return [list(column) for column in zip(*rows)]

def scaled(m, factor):
    return m * factor

def neighbours(graph, node):
    return set(graph.get(node, []))
