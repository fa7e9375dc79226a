#!/usr/bin/env python3
"""Posts a report as a comment of a pull request, or replaces the one that is there.

    comment.py REPORT.md        with API, NUMBER, TOKEN in the environment
"""

import json
import os
import pathlib
import sys
import urllib.request

MARK = "<!-- portreeve guard -->"
MOST = 60_000  # Gitea keeps 64 KiB.


def call(method, path, body=None):
    request = urllib.request.Request(
        os.environ["API"] + path, method=method, data=None if body is None else json.dumps(body).encode(),
        headers={"Authorization": "token " + os.environ["TOKEN"], "Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        text = answer.read()
    return json.loads(text) if text else None


def main():
    report = pathlib.Path(sys.argv[1])
    if not report.is_file():
        print("comment.py: there is no report; guard says why in its own step", file=sys.stderr)
        return 1
    text = report.read_text(encoding="utf-8")
    if len(text) > MOST:
        text = text[:MOST] + "\n\n… cut; the log of the job has all of it\n"
    body = {"body": MARK + "\n" + text}
    issue = f"/issues/{int(os.environ['NUMBER'])}/comments"
    for comment in call("GET", issue) or []:
        if comment["body"].startswith(MARK):
            call("PATCH", f"/issues/comments/{int(comment['id'])}", body)
            return 0
    call("POST", issue, body)
    return 0


if __name__ == "__main__":
    sys.exit(main())
