#!/usr/bin/env bash
# Runs every command of calibration.md and puts its output below it. Needs Go,
# and LIKEWISE_DATA, a folder with banking77-train.jsonl.gz. Run it whenever a
# model, the guard or the output of a command has changed.
set -euo pipefail
docs=$(cd "$(dirname "$0")" && pwd)
data=$(cd "${LIKEWISE_DATA:?names the folder with banking77-train.jsonl.gz}" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
(cd "$docs/.." && go build -o "$work/bin/likewise" ./cmd/likewise)
export PATH=$work/bin:$PATH NO_COLOR=1
cd "$work"
# A bank's customers: the first 5,000 questions are last month's, the rest are
# this month's. The chats are last month's without labels.
gzip -dc "$data/banking77-train.jsonl.gz" | sed -n 1,5000p >last.jsonl
gzip -dc "$data/banking77-train.jsonl.gz" | sed 1,5000d >this.jsonl
sed -E 's/^\{"text": ?("([^"\\]|\\.)*").*$/{"messages":[{"role":"user","content":\1}]}/' last.jsonl >chats.jsonl

block=
while IFS= read -r line; do
	case $line in
	'```console') block=1 ;;
	'```') block= ;;
	*)
		if [ -n "$block" ]; then
			case $line in
			'$ '*)
				printf '%s\n' "$line"
				status=0
				eval "${line#\$ }" >out 2>&1 || status=$?
				sed "s#$work/##g" out
				[ $status = 0 ] || printf '(exit code %d)\n' $status
				;;
			esac
			continue
		fi
		;;
	esac
	printf '%s\n' "$line"
done <"$docs/calibration.md" >calibration.md
cp calibration.md "$docs/calibration.md"
