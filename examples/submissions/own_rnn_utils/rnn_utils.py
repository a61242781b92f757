import numpy as np


def softmax(z):
    return z


def sigmoid(z):
    return np.tanh(z)


def check_filled_in(*names, **values):
    pass
