#!/bin/sh
# Compares Likewise with its peers and writes RESULTS.md. Flags: see README.md.
set -eu
cd "$(dirname "$0")"

if [ -z "${COMPARE_PYTHON:-}" ]; then
	COMPARE_PYTHON=.venv/bin/python
	if [ ! -e .venv/installed ] || ! cmp -s requirements.txt .venv/installed; then
		echo "installing the Python peers into bench/compare/.venv, once" >&2
		python3 -m venv .venv
		"$COMPARE_PYTHON" -m pip install --quiet -r requirements.txt
		cp requirements.txt .venv/installed
	fi
	COMPARE_PYTHON=$PWD/$COMPARE_PYTHON
fi
export COMPARE_PYTHON
mkdir -p .cache
go build -o .cache/compare .
exec .cache/compare "$@"
