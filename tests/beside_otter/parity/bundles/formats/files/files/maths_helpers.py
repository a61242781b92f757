OFFSET = 100


def shifted(x):
    return x + OFFSET
