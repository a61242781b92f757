def close(one, other):
    return abs(one - other) < 1e-6
