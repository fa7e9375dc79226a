"""Joins the API server's audit log with the gate's decision log by decision id."""

import glob
import json
import os
import urllib.parse

from canonical import content_digest

# How a decision line and an audit annotation name things; one place, so that a change is one.
LINE_ID, LINE_VERDICT, LINE_DIGEST = "id", "verdict", "contentDigest"
LINE_USER, LINE_NAME, LINE_SEQUENCE = "user", "name", "seq"
ANNOTATION = "decision"

GATED = ("blueprints", "applications", "environments", "environmentpolicies", "organizations")
# Every served version: an object is judged in the version it was written in.
SERVED = ("blueprints.v1alpha1.catalyst.openova.io", "blueprints.v1.catalyst.openova.io",
          "applications.v1.apps.openova.io", "environments.v1.catalyst.openova.io",
          "environmentpolicies.v1.catalyst.openova.io", "organizations.v1.orgs.openova.io")


def json_lines(path, offset=0):
    """(the values of the whole lines from `offset` on, where the next one begins)."""
    with open(path, "rb") as file:
        file.seek(offset)
        data = file.read()
    data = data[:data.rfind(b"\n") + 1]
    return [json.loads(line) for line in data.splitlines()], offset + len(data)


def hex_digest(text):
    return str(text).removeprefix("sha256:")


class Ledger:
    def __init__(self, state):
        self._state = state
        self._offset = 0
        self._read = {}       # how far each decision log was read, by inode: it may be renamed
        self._decisions = {}
        self.hooks = []       # names of the registered webhooks: they prefix our annotations
        self.begin()

    def begin(self):
        """Audit events from here on must each be covered by a decision."""
        try:
            with open(f"{self._state}/audit.log", "rb") as file:
                self._offset = file.seek(0, 2)
        except FileNotFoundError:
            self._offset = 0

    def decisions(self):
        """Every decision line of every gate of this run, by id. A call that was asked twice
        leaves two lines with one id; both are kept."""
        for path in sorted(glob.glob(f"{self._state}/decisions/*.jsonl*")):
            inode = os.stat(path).st_ino
            lines, self._read[inode] = json_lines(path, self._read.get(inode, 0))
            for line in lines:
                if LINE_ID in line:   # a review that could not be read has none
                    self._decisions.setdefault(line[LINE_ID], []).append(line)
        return self._decisions

    def events(self):
        return json_lines(f"{self._state}/audit.log", self._offset)[0]

    def decision_of(self, event):
        annotations = event.get("annotations", {})
        ids = [annotations[f"{hook}/{ANNOTATION}"] for hook in self.hooks
               if f"{hook}/{ANNOTATION}" in annotations]
        return ids[0] if ids else None

    @staticmethod
    def is_content(event):
        """An attempt to create or update a gated object's content, not as a dry run."""
        reference = event.get("objectRef", {})
        query = urllib.parse.parse_qs(urllib.parse.urlsplit(event["requestURI"]).query)
        return (event["verb"] in ("create", "update", "patch") and reference.get("resource") in GATED
                and not reference.get("subresource") and "dryRun" not in query)

    def is_content_write(self, event):
        return self.is_content(event) and event["responseStatus"]["code"] in (200, 201)

    def is_denial(self, event):
        """503 is left out: a decision that could not be written is refused with it."""
        status = event["responseStatus"]
        return (self.is_content(event) and "denied the request" in status.get("message", "")
                and status["code"] != 503)

    def _has_line(self, event, verdict):
        """The decision named in the audit event: of this verdict, this object, this requester."""
        user = event.get("impersonatedUser", event["user"])["username"]
        name = event["objectRef"].get("name")
        return any(line[LINE_VERDICT] == verdict and line[LINE_USER] == user
                   and (not name or line[LINE_NAME] == name)
                   for line in self.decisions().get(self.decision_of(event), []))

    def _without_line(self, wanted, verdict):
        events = [event for event in self.events() if wanted(event)]
        return len(events), [f"{event['verb']} {event['requestURI']} decision {self.decision_of(event)}"
                             for event in events if not self._has_line(event, verdict)]

    def uncovered_writes(self):
        """(number of content writes, those without an allow of the same object)."""
        return self._without_line(self.is_content_write, "allow")

    def unexplained_denials(self):
        """(number of denials, those without a deny of the same object)."""
        return self._without_line(self.is_denial, "deny")

    def uncovered_objects(self, kubectl):
        """(number of stored objects, those whose content as it is now was never allowed, or
        whose name no write in the audit log bears). The two are not asked of one decision: when a
        patch conflicts the API server asks again, and keeps the annotation of the first call."""
        allowed = {(line[LINE_NAME], hex_digest(line[LINE_DIGEST]))
                   for lines in self.decisions().values() for line in lines
                   if line[LINE_VERDICT] == "allow"}
        written = {event["objectRef"].get("name") for event in filter(self.is_content_write, self.events())}
        written |= {line[LINE_NAME] for event in filter(self.is_content_write, self.events())
                    for line in self.decisions().get(self.decision_of(event), [])}
        covered, seen = set(), set()
        for resource in SERVED:
            for obj in kubectl.get(resource, "--all-namespaces")["items"]:
                uid, name = obj["metadata"]["uid"], obj["metadata"]["name"]
                seen.add((uid, obj["kind"], name))
                if name in written and (name, hex_digest(content_digest(obj))) in allowed:
                    covered.add(uid)
        return len(seen), sorted(f"{kind} {name}" for uid, kind, name in seen if uid not in covered)

    def gaps(self):
        """Sequence numbers that are missing from a gate's own log."""
        bad = []
        for path in sorted(glob.glob(f"{self._state}/decisions/*.jsonl")):
            numbers = [line[LINE_SEQUENCE] for line in json_lines(path)[0] if LINE_SEQUENCE in line]
            if numbers and numbers != list(range(numbers[0], numbers[0] + len(numbers))):
                bad.append(path.rpartition("/")[2])
        return bad
