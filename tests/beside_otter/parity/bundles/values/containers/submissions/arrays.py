# scores: matrix 0/3, words 3/3
# %%
import numpy as np

def count_words(text):
    words, counts = np.unique(text.split(), return_counts=True)
    return dict(zip(words, counts))

def unique(xs):
    return [x for i, x in enumerate(xs) if x not in xs[:i]]
# %%
def transposed(rows):
    return np.array(rows).T

def scaled(m, factor):
    return (m * factor).astype(int)

def neighbours(graph, node):
    return frozenset(graph.get(node, ()))
