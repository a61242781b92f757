"""Grading on more than one machine, by dask.distributed: an extra (`pip install notebook-autograder[cluster]`).

    driver ── TLS ──► scheduler ── TLS ──► worker ── frames over a socket pair ──► service ──► keeper of judges, zygote, …
    engine.py         dask's own           dask's own, with our plugin             ours, exec'ed with a clean environment

parcel.py      an opened bundle as one archive, and back
service.py     the program that grades, beside each worker: `python -m autograder.cluster.service`
process.py     starts a service, and speaks with it
answers.py     what a worker says of a submission, checked
dask_worker.py what runs inside dask's workers: the plugin that keeps a service, and the task that asks it
connection.py  a cluster of our own on this machine, or the way to one that runs; TLS only
certificates.py  certificates for a cluster that is started by hand
engine.py      the driver's side: has the shape of a `Grader`

dask has threads and its own connections in whatever process imports it, so such a process never forks: not the driver (its own
machine is surveyed by a service, too), and not a worker, which starts its service by exec. Only dask_worker and connection import it.
"""
