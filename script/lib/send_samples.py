#!/usr/bin/env python3
"""Sends the files of a folder through a running gate, as an API server would, and prints a table.

    send_samples.py PORTREEVE HOST:PORT FOLDER

An AdmissionReview is sent as it is; of another object `portreeve review --print-review` makes one.
A file's name says what must become of it: good-… and warned-… are allowed, bad-… is denied.
Exits 1 when any file came out otherwise.
"""

import http.client
import json
import pathlib
import shutil
import ssl
import subprocess
import sys
import textwrap


def connect(address):
    """A TLS connection that trusts the certificate that the gate shows, and no other."""
    host, port = address.rsplit(":", 1)
    certificate = ssl.get_server_certificate((host, int(port)))
    context = ssl.create_default_context(cadata=certificate)
    context.check_hostname = True
    return http.client.HTTPSConnection(host, int(port), context=context, timeout=10)


def reviews_of(portreeve, path):
    """The AdmissionReviews, as bytes, that ask about the objects of a file."""
    text = path.read_bytes()
    if path.suffix == ".json" and json.loads(text).get("kind") == "AdmissionReview":
        return [text]
    printed = subprocess.run([portreeve, "review", "--print-review", str(path)], capture_output=True, check=True)
    return printed.stdout.splitlines()


def ask(connection, review):
    connection.request("POST", "/validate?timeout=5s", body=review, headers={"Content-Type": "application/json"})
    answer = connection.getresponse()
    body = answer.read()
    if answer.status != 200:
        raise SystemExit(f"send_samples: HTTP {answer.status}: {body.decode(errors='replace').strip()}")
    response = json.loads(body)["response"]
    asked = json.loads(review)["request"]["uid"]
    if response["uid"] != asked:
        raise SystemExit(f"send_samples: asked with uid {asked}, answered with {response['uid']}")
    return response


def judge(connection, portreeve, path):
    """(verdict, reason) of one file."""
    allowed, reasons = True, []
    for review in reviews_of(portreeve, path):
        response = ask(connection, review)
        allowed = allowed and response["allowed"]
        if not response["allowed"]:
            reasons.append(response["status"]["message"])
        reasons += [f"warning: {warning}" for warning in response.get("warnings", [])]
    return ("allow" if allowed else "deny"), reasons


def print_row(cells, widths):
    """The last cell is wrapped below itself."""
    lines = textwrap.wrap(cells[-1], widths[-1]) or [""]
    print("  ".join(cell.ljust(width) for cell, width in zip(cells[:-1], widths)) + "  " + lines[0])
    for line in lines[1:]:
        print(" " * (sum(widths[:-1]) + 2 * (len(widths) - 1)) + line)


def main(portreeve, address, folder):
    samples = sorted(path for path in pathlib.Path(folder).iterdir() if path.suffix in (".yaml", ".json"))
    if not samples:
        raise SystemExit(f"send_samples: {folder} holds no sample")
    connection = connect(address)
    first = max(len(path.stem) for path in samples)
    widths = (first, 7, max(40, shutil.get_terminal_size((140, 24)).columns - first - 12))
    print_row(("SAMPLE", "VERDICT", "REASON"), widths)
    unexpected = []
    for path in samples:
        verdict, reasons = judge(connection, portreeve, path)
        print_row((path.stem, verdict, " | ".join(reasons)), widths)
        if verdict != ("deny" if path.stem.startswith("bad-") else "allow"):
            unexpected.append(path.name)
    print(f"{len(samples)} samples, {len(unexpected)} not as their names say" +
          (": " + ", ".join(unexpected) if unexpected else ""))
    return 1 if unexpected else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
