"""The reference. Its texts and names are written as no student's are: whoever shows one has seen this file."""

import numpy as np

CANARY = "canary-of-the-solution"


# GRADED FUNCTION: center
def center(x):
    ### START CODE HERE ### (≈1 line)
    centered = np.subtract(x, np.add.reduce(x, axis=0) / len(x))
    ### END CODE HERE ###

    return centered


# GRADED FUNCTION: spread
def spread(x):
    ### START CODE HERE ### (≈2 lines)
    centered = center(x)
    result = np.linalg.norm(centered) / np.sqrt(np.size(centered))
    ### END CODE HERE ###

    return result


# GRADED FUNCTION: forward
def forward(x, w):
    ### START CODE HERE ### (≈2 lines)
    y = np.tanh(np.multiply(center(x), w))
    cache = {"x": x, "w": w, "y": y}
    ### END CODE HERE ###

    return y, cache


# GRADED FUNCTION: backward
def backward(dy, cache):
    ### START CODE HERE ### (≈3 lines)
    into_tanh = np.multiply(dy, 1 - np.square(cache["y"]))
    shared_out = cache["w"] * (into_tanh - np.add.reduce(into_tanh, axis=0) / len(into_tanh))
    weights = np.sum(into_tanh * np.subtract(cache["x"], np.add.reduce(cache["x"], axis=0) / len(cache["x"])))
    ### END CODE HERE ###

    return shared_out, weights
