"""The hidden solution: the reference for every function of the notebook, and the only place where one is written.

Each function stands here as in the notebook: same signature, same code outside the markers, same step comments between
them. Names and annotations follow the notebook's formulas, not this project's habits.
Whether the backward functions are right is decided by numerical gradients (`tests/unit/test_gradients.py`).
"""

# What the notebook gives outside its markers stays, unused names included.
# ruff: noqa: F841, RUF059

import numpy as np
from rnn_utils import sigmoid, softmax


def rnn_cell_forward(xt, a_prev, parameters):
    """Take one time step of the basic recurrent network.

    Args:
        xt: Input at this time step, (n_x, m).
        a_prev: Hidden state of the step before, (n_a, m).
        parameters: Dictionary with Wax (n_a, n_x), Waa (n_a, n_a), Wya (n_y, n_a), ba (n_a, 1), by (n_y, 1).

    Returns:
        a_next (n_a, m), yt_pred (n_y, m) and cache, the tuple (a_next, a_prev, xt, parameters).
    """
    # Look the parameters up by their names
    Wax = parameters["Wax"]
    Waa = parameters["Waa"]
    Wya = parameters["Wya"]
    ba = parameters["ba"]
    by = parameters["by"]

    ### START CODE HERE ### (≈2 lines)
    # Compute the new hidden state
    a_next = np.tanh(Wax @ xt + Waa @ a_prev + ba)
    # Compute the prediction from the new hidden state
    yt_pred = softmax(Wya @ a_next + by)
    ### END CODE HERE ###
    # Keep what the backward pass will need
    cache = (a_next, a_prev, xt, parameters)
    return a_next, yt_pred, cache


def rnn_forward(x, a0, parameters):
    """Run the basic recurrent network over a whole sequence.

    Args:
        x: Inputs of all time steps, (n_x, m, T_x).
        a0: Initial hidden state, (n_a, m).
        parameters: As for `rnn_cell_forward`.

    Returns:
        a (n_a, m, T_x), y_pred (n_y, m, T_x) and caches, the tuple (list of T_x caches, x).
    """
    # One cache per time step will be collected here
    caches = []

    # Read the sizes off the shapes of x and Wya
    n_x, m, T_x = x.shape
    n_y, n_a = parameters["Wya"].shape

    ### START CODE HERE ###
    # Make room for the hidden states and the predictions: arrays of zeros (≈2 lines)
    a = np.zeros((n_a, m, T_x))
    y_pred = np.zeros((n_y, m, T_x))
    # Start from the initial hidden state (≈1 line)
    a_next = a0
    # Go through the time steps, t = 0, 1, ..., T_x - 1 (≈1 line)
    for t in range(T_x):
        # Take one step: next hidden state, prediction, cache (≈1 line)
        a_next, yt_pred, cache = rnn_cell_forward(x[:, :, t], a_next, parameters)
        # Put the hidden state into its place in a (≈1 line)
        a[:, :, t] = a_next
        # Put the prediction into its place in y_pred (≈1 line)
        y_pred[:, :, t] = yt_pred
        # Add the cache to the list (≈1 line)
        caches.append(cache)
    ### END CODE HERE ###
    # Keep what the backward pass will need
    caches = (caches, x)
    return a, y_pred, caches


def lstm_cell_forward(xt, a_prev, c_prev, parameters):
    """Take one time step of the LSTM.

    Args:
        xt: Input at this time step, (n_x, m).
        a_prev: Hidden state of the step before, (n_a, m).
        c_prev: Memory state of the step before, (n_a, m).
        parameters: Dictionary with Wf, Wi, Wc, Wo, each (n_a, n_a + n_x), bf, bi, bc, bo, each (n_a, 1),
            Wy (n_y, n_a) and by (n_y, 1).

    Returns:
        a_next (n_a, m), c_next (n_a, m), yt_pred (n_y, m) and cache, the tuple
        (a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, parameters).
    """
    # Look the parameters up by their names
    Wf = parameters["Wf"]
    bf = parameters["bf"]
    Wi = parameters["Wi"]
    bi = parameters["bi"]
    Wc = parameters["Wc"]
    bc = parameters["bc"]
    Wo = parameters["Wo"]
    bo = parameters["bo"]
    Wy = parameters["Wy"]
    by = parameters["by"]

    # Read the sizes off the shapes of xt and Wy
    n_x, m = xt.shape
    n_y, n_a = Wy.shape

    ### START CODE HERE ###
    # Stack a_prev on top of xt (≈1 line)
    concat = np.concatenate((a_prev, xt), axis=0)

    # Compute the gates, the candidate and the two new states, equations (1) to (6) (≈6 lines)
    ft = sigmoid(Wf @ concat + bf)
    it = sigmoid(Wi @ concat + bi)
    cct = np.tanh(Wc @ concat + bc)
    c_next = ft * c_prev + it * cct
    ot = sigmoid(Wo @ concat + bo)
    a_next = ot * np.tanh(c_next)

    # Compute the prediction from the new hidden state (≈1 line)
    yt_pred = softmax(Wy @ a_next + by)
    ### END CODE HERE ###
    # Keep what the backward pass will need
    cache = (a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, parameters)
    return a_next, c_next, yt_pred, cache


def lstm_forward(x, a0, parameters):
    """Run the LSTM over a whole sequence, starting from a memory of zeros.

    Args:
        x: Inputs of all time steps, (n_x, m, T_x).
        a0: Initial hidden state, (n_a, m).
        parameters: As for `lstm_cell_forward`.

    Returns:
        a (n_a, m, T_x), y (n_y, m, T_x), c (n_a, m, T_x) and caches, the tuple (list of T_x caches, x).
    """
    # One cache per time step will be collected here
    caches = []

    ### START CODE HERE ###
    # Read the sizes off the shapes of x and Wy (≈2 lines)
    n_x, m, T_x = x.shape
    n_y, n_a = parameters["Wy"].shape

    # Make room for hidden states, memory states and predictions: arrays of zeros (≈3 lines)
    a = np.zeros((n_a, m, T_x))
    c = np.zeros((n_a, m, T_x))
    y = np.zeros((n_y, m, T_x))
    # Start from the initial hidden state and a memory of zeros (≈2 lines)
    a_next = a0
    c_next = np.zeros((n_a, m))
    # Go through the time steps, t = 0, 1, ..., T_x - 1 (≈1 line)
    for t in range(T_x):
        # Take one step: next hidden state, next memory state, prediction, cache (≈1 line)
        a_next, c_next, yt, cache = lstm_cell_forward(x[:, :, t], a_next, c_next, parameters)
        # Put the hidden state into its place in a (≈1 line)
        a[:, :, t] = a_next
        # Put the memory state into its place in c (≈1 line)
        c[:, :, t] = c_next
        # Put the prediction into its place in y (≈1 line)
        y[:, :, t] = yt
        # Add the cache to the list (≈1 line)
        caches.append(cache)
    ### END CODE HERE ###
    # Keep what the backward pass will need
    caches = (caches, x)
    return a, y, c, caches


def rnn_cell_backward(da_next, cache):
    """Carry gradients back through one time step of the basic recurrent network.

    Args:
        da_next: Gradient of the cost with respect to the step's hidden state, (n_a, m).
        cache: What `rnn_cell_forward` returned as cache.

    Returns:
        Dictionary with dxt (n_x, m), da_prev (n_a, m), dWax (n_a, n_x), dWaa (n_a, n_a), dba (n_a, 1).
    """
    # Unpack the cache
    (a_next, a_prev, xt, parameters) = cache

    # Look the parameters up by their names
    Wax = parameters["Wax"]
    Waa = parameters["Waa"]
    Wya = parameters["Wya"]
    ba = parameters["ba"]
    by = parameters["by"]

    ### START CODE HERE ###
    # Carry the gradient back through tanh (≈1 line)
    dtanh = da_next * (1 - a_next**2)

    # Gradients of the input and of Wax (≈2 lines)
    dxt = Wax.T @ dtanh
    dWax = dtanh @ xt.T

    # Gradients of the previous hidden state and of Waa (≈2 lines)
    da_prev = Waa.T @ dtanh
    dWaa = dtanh @ a_prev.T

    # Gradient of the bias: add up the examples, keep the column (≈1 line)
    dba = np.sum(dtanh, axis=1, keepdims=True)
    ### END CODE HERE ###
    # Collect the gradients under their names
    gradients = {"dxt": dxt, "da_prev": da_prev, "dWax": dWax, "dWaa": dWaa, "dba": dba}
    return gradients


def rnn_backward(da, caches):
    """Carry gradients back through the basic recurrent network, from the last time step to the first.

    Args:
        da: Gradient of the cost with respect to every hidden state, as it arrives from outside, (n_a, m, T_x).
        caches: What `rnn_forward` returned as caches.

    Returns:
        Dictionary with dx (n_x, m, T_x), da0 (n_a, m), dWax (n_a, n_x), dWaa (n_a, n_a), dba (n_a, 1).
    """
    ### START CODE HERE ###
    # Unpack caches, and from it the cache of the first time step (≈2 lines)
    (caches, x) = caches
    (a1, a0, x1, parameters) = caches[0]

    # Read the sizes off the shapes of da and x1 (≈2 lines)
    n_a, m, T_x = da.shape
    n_x, m = x1.shape

    # Start every gradient, and the one that travels back in time, with zeros (≈5 lines)
    dx = np.zeros((n_x, m, T_x))
    dWax = np.zeros((n_a, n_x))
    dWaa = np.zeros((n_a, n_a))
    dba = np.zeros((n_a, 1))
    da_prevt = np.zeros((n_a, m))

    # Go through the time steps from the last to the first (≈1 line)
    for t in reversed(range(T_x)):
        # Go back one step; think about which gradient arrives at this hidden state (≈1 line)
        gradients = rnn_cell_backward(da[:, :, t] + da_prevt, caches[t])
        # Take the gradient that travels on to the step before (≈1 line)
        da_prevt = gradients["da_prev"]
        # Put the input's gradient into its place in dx, add up the parameters' (≈4 lines)
        dx[:, :, t] = gradients["dxt"]
        dWax += gradients["dWax"]
        dWaa += gradients["dWaa"]
        dba += gradients["dba"]

    # What has travelled through all steps is the gradient of the initial state (≈1 line)
    da0 = da_prevt
    ### END CODE HERE ###
    # Collect the gradients under their names
    gradients = {"dx": dx, "da0": da0, "dWax": dWax, "dWaa": dWaa, "dba": dba}
    return gradients


def lstm_cell_backward(da_next, dc_next, cache):
    """Carry gradients back through one time step of the LSTM.

    Args:
        da_next: Gradient of the cost with respect to the step's hidden state, (n_a, m).
        dc_next: Gradient of the cost with respect to the memory state, as the step after passes it back, (n_a, m).
        cache: What `lstm_cell_forward` returned as cache.

    Returns:
        Dictionary with dxt (n_x, m), da_prev (n_a, m), dc_prev (n_a, m), dWf, dWi, dWc, dWo, each (n_a, n_a + n_x), and
        dbf, dbi, dbc, dbo, each (n_a, 1).
    """
    # Unpack the cache
    (a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, parameters) = cache

    # Look the weights up by their names
    Wf = parameters["Wf"]
    Wi = parameters["Wi"]
    Wc = parameters["Wc"]
    Wo = parameters["Wo"]

    # Read the sizes off the shape of a_next
    n_a, m = a_next.shape

    ### START CODE HERE ###
    # Add up the two ways by which the cost depends on the new memory state (≈1 line)
    dc = dc_next + da_next * ot * (1 - np.tanh(c_next) ** 2)

    # Gradients inside the gates and the candidate, equations (7) to (10) (≈4 lines)
    dot = da_next * np.tanh(c_next) * ot * (1 - ot)
    dcct = dc * it * (1 - cct**2)
    dit = dc * cct * it * (1 - it)
    dft = dc * c_prev * ft * (1 - ft)

    # Gradients of the weights, equation (11) (≈5 lines)
    concat_T = np.concatenate((a_prev, xt), axis=0).T
    dWf = dft @ concat_T
    dWi = dit @ concat_T
    dWc = dcct @ concat_T
    dWo = dot @ concat_T

    # Gradients of the biases, equation (12) (≈4 lines)
    dbf = np.sum(dft, axis=1, keepdims=True)
    dbi = np.sum(dit, axis=1, keepdims=True)
    dbc = np.sum(dcct, axis=1, keepdims=True)
    dbo = np.sum(dot, axis=1, keepdims=True)

    # Gradients of the previous two states and of the input, equations (13) to (15) (≈3 lines)
    da_prev = Wf[:, :n_a].T @ dft + Wi[:, :n_a].T @ dit + Wc[:, :n_a].T @ dcct + Wo[:, :n_a].T @ dot
    dc_prev = dc * ft
    dxt = Wf[:, n_a:].T @ dft + Wi[:, n_a:].T @ dit + Wc[:, n_a:].T @ dcct + Wo[:, n_a:].T @ dot
    ### END CODE HERE ###
    # Collect the gradients under their names
    gradients = {
        "dxt": dxt,
        "da_prev": da_prev,
        "dc_prev": dc_prev,
        "dWf": dWf,
        "dbf": dbf,
        "dWi": dWi,
        "dbi": dbi,
        "dWc": dWc,
        "dbc": dbc,
        "dWo": dWo,
        "dbo": dbo,
    }
    return gradients


def lstm_backward(da, caches):
    """Carry gradients back through the LSTM, from the last time step to the first.

    Args:
        da: Gradient of the cost with respect to every hidden state, as it arrives from outside, (n_a, m, T_x).
        caches: What `lstm_forward` returned as caches.

    Returns:
        Dictionary with dx (n_x, m, T_x), da0 (n_a, m), dWf, dWi, dWc, dWo, each (n_a, n_a + n_x), and
        dbf, dbi, dbc, dbo, each (n_a, 1).
    """
    ### START CODE HERE ###
    # Unpack caches, and from it the cache of the first time step (≈2 lines)
    (caches, x) = caches
    (a1, c1, a0, c0, f1, i1, cc1, o1, x1, parameters) = caches[0]

    # Read the sizes off the shapes of da and x1 (≈2 lines)
    n_a, m, T_x = da.shape
    n_x, m = x1.shape

    # Start every gradient, and the two that travel back in time, with zeros (≈11 lines)
    dx = np.zeros((n_x, m, T_x))
    da_prevt = np.zeros((n_a, m))
    dc_prevt = np.zeros((n_a, m))
    dWf = np.zeros((n_a, n_a + n_x))
    dWi = np.zeros((n_a, n_a + n_x))
    dWc = np.zeros((n_a, n_a + n_x))
    dWo = np.zeros((n_a, n_a + n_x))
    dbf = np.zeros((n_a, 1))
    dbi = np.zeros((n_a, 1))
    dbc = np.zeros((n_a, 1))
    dbo = np.zeros((n_a, 1))

    # Go through the time steps from the last to the first (≈1 line)
    for t in reversed(range(T_x)):
        # Go back one step; think about which gradients arrive at this step's two states (≈1 line)
        gradients = lstm_cell_backward(da[:, :, t] + da_prevt, dc_prevt, caches[t])
        # Take the two gradients that travel on to the step before (≈2 lines)
        da_prevt = gradients["da_prev"]
        dc_prevt = gradients["dc_prev"]
        # Put the input's gradient into its place in dx, add up the parameters' (≈9 lines)
        dx[:, :, t] = gradients["dxt"]
        dWf += gradients["dWf"]
        dWi += gradients["dWi"]
        dWc += gradients["dWc"]
        dWo += gradients["dWo"]
        dbf += gradients["dbf"]
        dbi += gradients["dbi"]
        dbc += gradients["dbc"]
        dbo += gradients["dbo"]

    # What has travelled through all steps is the gradient of the initial state (≈1 line)
    da0 = da_prevt
    ### END CODE HERE ###
    # Collect the gradients under their names
    gradients = {
        "dx": dx,
        "da0": da0,
        "dWf": dWf,
        "dbf": dbf,
        "dWi": dWi,
        "dbi": dbi,
        "dWc": dWc,
        "dbc": dbc,
        "dWo": dWo,
        "dbo": dbo,
    }
    return gradients
