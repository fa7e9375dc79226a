#!/usr/bin/env bash
# Runs `portreeve guard` on what a GitHub or Gitea event is about. Reads INPUT_* (action.yml) and the event
# file; ends with guard's exit code.
set -euo pipefail

EVENT=${GITHUB_EVENT_PATH:-/dev/null}
WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT

# Fields of the event, without a shell between them and their file.
event() {  # PROGRAM OF python, with `pull` the pull request or nothing
  python3 - "$EVENT" "$1" <<'PYTHON'
import json, sys
try:
    with open(sys.argv[1], encoding="utf-8") as file:
        pull = json.load(file).get("pull_request")
except (OSError, ValueError):
    pull = None
if pull:
    what = sys.argv[2]
    if what == "text":
        print(pull.get("title") or "")
        print(pull.get("body") or "")
    elif what == "labels":
        for label in pull.get("labels") or []:
            print(label["name"])
    elif what == "base":
        print(pull["base"]["sha"])
PYTHON
}

arguments=(--render "${INPUT_RENDER:-require}" --format github)
base=${INPUT_BASE:-$(event base)}
[[ -z $base ]] || arguments+=(--base "$base")
event text >"$WORK/pull-request.txt"
[[ ! -s $WORK/pull-request.txt ]] || arguments+=(--pr-text "$WORK/pull-request.txt")
while IFS= read -r label; do
  arguments+=(--pr-label "$label")
done < <(event labels)
[[ -z ${INPUT_SUBCHARTS:-} ]] || arguments+=(--subcharts "$INPUT_SUBCHARTS")
[[ -z ${INPUT_SARIF:-} ]] || arguments+=(--output "sarif=$INPUT_SARIF")

status=0
"${INPUT_PROGRAM:-portreeve}" guard "${INPUT_DIRECTORY:-.}" "${arguments[@]}" \
  --output "markdown=$WORK/report.md" || status=$?
if [[ -s $WORK/report.md && -n ${GITHUB_STEP_SUMMARY:-} ]]; then
  cat "$WORK/report.md" >>"$GITHUB_STEP_SUMMARY"
fi
# Where somebody else posts it: deploy/gitea/portreeve.yaml.
if [[ -s $WORK/report.md && -n ${PORTREEVE_REPORT:-} ]]; then
  cp "$WORK/report.md" "$PORTREEVE_REPORT"
fi
exit "$status"
