#!/usr/bin/env bash
# Installs the grader into FOLDER/venv, where this file is FOLDER/source/setup.sh: Python 3.11 or later from the system's packages
# unless it is there, the pinned requirements from the machine's own package index, and the grader itself from this bundle.
# Running it again changes nothing.
set -eu
umask 022
source=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
venv=${AUTOGRADER_VENV:-$(dirname "$source")/venv}
stamp=$(cat "$source"/requirements.* | cksum)
if [ -x "$venv/bin/python" ] && [ "$(cat "$venv/installed" 2>/dev/null)" = "$stamp" ]; then
  echo "The grader is installed in $venv."
  exit 0
fi

usable() { command -v "$1" >/dev/null && "$1" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

find_python() {
  for python in ${AUTOGRADER_PYTHON:-} python3 python3.13 python3.12 python3.11; do
    if usable "$python"; then return 0; fi
  done
  return 1
}

if ! find_python; then
  command -v apt-get >/dev/null || { echo "There is no Python 3.11 or later with venv, and no apt-get to install it with. Choose another base image." >&2; exit 1; }
  export DEBIAN_FRONTEND=noninteractive
  apt-get update
  for name in python3 python3.13 python3.12 python3.11; do
    apt-get install -y --no-install-recommends "$name" "$name-venv" || continue
    if find_python; then break; fi
  done
  find_python || {
    echo "This system has no Python 3.11 or later among its packages. Choose a newer base image: Ubuntu 22.04 or later, Debian 12 or later." >&2
    exit 1
  }
fi

"$python" -m venv --clear "$venv"
pip() { "$venv/bin/python" -m pip --disable-pip-version-check --no-input install --no-cache-dir "$@"; }
pip --require-hashes -r "$source/requirements.txt" || {
  echo "The pinned requirements could not be installed. Look above for the first line that begins with ERROR: mostly, the package index could not be reached." >&2
  exit 1
}
if [ -f "$source/requirements.course.txt" ]; then
  pip -r "$source/requirements.course.txt" || {
    echo "What the course's own requirements.txt names could not be installed. Correct it, and build the bundle again." >&2
    exit 1
  }
fi
# pip wants a wheel to be called by its name, which `otter grade` would not keep.
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
wheel=$folder/$("$venv/bin/python" - "$source/requirements.whl" <<'PYTHON'
import sys, zipfile
info = next(name.split("/")[0] for name in zipfile.ZipFile(sys.argv[1]).namelist() if ".dist-info/" in name)
print(info.removesuffix(".dist-info") + "-py3-none-any.whl")
PYTHON
)
cp "$source/requirements.whl" "$wheel"
pip --no-deps --no-index "$wheel"
"$venv/bin/python" -c "import autograder.otter_plugin"
printf '%s' "$stamp" >"$venv/installed"
# For whoever reads this log; where nothing confines students' code, grading refuses.
"$venv/bin/autograder" doctor || true
echo "The grader is installed in $venv."
