#!/usr/bin/env bash
# Hands a run to a Ray cluster as a job. The cluster's machines have the package installed, and share a folder.
#
#     RAY_ADDRESS=http://HEAD:8265 OUT=/shared/preds/flux_kontext bash examples/cluster/ray_job.sh
#
# The same command again goes on where a job ended early.
set -euo pipefail

ADAPTER=${ADAPTER:-flux_kontext}
BENCH=${BENCH:-elaine1wan/MotionEdit-Bench}
OUT=${OUT:?where the edits go: a folder that all machines of the cluster share}

ray job submit --address "${RAY_ADDRESS:-http://127.0.0.1:8265}" -- \
    mebench run --adapter "$ADAPTER" --bench "$BENCH" --out "$OUT" --engine ray --address auto
