"""Makes certificates for a cluster that is started by hand: `python -m autograder.cluster.certificates FOLDER`.

One key and one certificate, signed by itself: scheduler, workers and driver all show it, and trust nothing else. Whoever has the key can
run code in the cluster, as whoever has a password to its machines.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from autograder.cluster.connection import self_signed
from autograder.errors import AutograderError, InputError

__all__ = ["CERTIFICATE", "KEY", "main", "write_certificates"]

CERTIFICATE = "cluster.pem"
"""Name of the certificate's file."""
KEY = "cluster-key.pem"
"""Name of the key's file, which only its owner can read."""


def write_certificates(folder: Path) -> tuple[Path, Path]:
    """Make a certificate, valid for a year, and its key.

    Returns:
        Their files, in `folder`, which is made.

    Raises:
        InputError: they are there already, or cannot be written; what is there stays as it is.
    """
    certificate, key = self_signed()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for name, text in ((KEY, key), (CERTIFICATE, certificate)):
            with open(os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
                file.write(text)
    except FileExistsError as error:
        raise InputError(f"{error.filename} is there already. Name another folder, or remove it first.") from error
    except OSError as error:
        raise InputError(f"{folder} cannot be used for certificates: {error.strerror}. Name another folder.") from error
    return folder / CERTIFICATE, folder / KEY


def main(arguments: list[str]) -> int:
    """Make them, and say what to do with them; the exit code."""
    if len(arguments) != 1 or arguments[0].startswith("-"):
        sys.stderr.write("Usage: python -m autograder.cluster.certificates FOLDER\n")
        return 2
    try:
        certificate, key = (path.resolve() for path in write_certificates(Path(arguments[0])))
    except AutograderError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    sys.stdout.write(
        f"For scheduler and workers:\n  --tls-ca-file {certificate} --tls-cert {certificate} --tls-key {key}\n"
        "Where you grade:\n"
        f"  export DASK_DISTRIBUTED__COMM__TLS__CA_FILE={certificate}\n"
        f"  export DASK_DISTRIBUTED__COMM__TLS__CLIENT__CERT={certificate}\n"
        f"  export DASK_DISTRIBUTED__COMM__TLS__CLIENT__KEY={key}\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
