"""The reference for both functions. Students never see it."""

import numpy as np


# GRADED FUNCTION: center
def center(table):
    ### START CODE HERE ### (≈1 line)
    centered = table - np.mean(table, axis=0, keepdims=True)
    ### END CODE HERE ###

    return centered


# GRADED FUNCTION: standardize
def standardize(table):
    ### START CODE HERE ### (≈3 lines)
    centered = center(table)
    spread = np.sqrt(np.mean(centered**2, axis=0, keepdims=True))
    standardized = centered / spread
    ### END CODE HERE ###

    return standardized
