#!/bin/sh
# Installs the program from a folder of wheels, without internet:  sh HOUSE/install.sh HOUSE ENVIRONMENT [python3.11]
# HOUSE is what wheel_house.py has filled; ENVIRONMENT is made, or made anew. Nothing is taken that has another hash.
set -eu
house=$(cd "$1" && pwd)
environment=$2
python=${3:-python3}
(cd "$house" && sha256sum --check --quiet SHA256SUMS)
"$python" -m venv --clear "$environment"
"$environment/bin/python" -m pip install --quiet --disable-pip-version-check --isolated \
    --no-index --find-links "$house" --only-binary :all: --require-hashes --requirement "$house/requirements.txt"
"$environment/bin/python" -m pip check
"$environment/bin/fordel" selftest --quiet
