#!/usr/bin/env python3
"""Renders every chart of charts.py with real helms, by our renderer and by the plain program.

    run.py --facts PROGRAM --helm NAME=PROGRAM... [--only REGEX]

For each helm and chart: what our renderer says is what the table says; the plain helm, run as
upstream's guard runs it (domain §3.2), agrees on success, lines and documents; and the verdicts of
design §7 and of upstream's `wc -l` are those of the table. A second run comes from the cache.
"""

import argparse
import json
import pathlib
import re
import subprocess
import sys
import tempfile

from charts import CHARTS, SUPPLIED

KUBE = "1.33.0"


def write(folder, files):
    for path, text in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    return folder


def run(command, cwd):
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, env={"HOME": str(cwd)}, timeout=300)


def package(helm, source, destination):
    destination.mkdir(exist_ok=True)
    result = run([helm, "package", str(source), "--destination", str(destination)], destination)
    assert result.returncode == 0, result.stderr
    return destination / re.search(r"([^/\s]+\.tgz)", result.stdout).group(1)


def overlay_reason(text):
    return re.search("execution error|required", text, re.I) is not None


def our_verdict(chart, facts):
    """Design §7, GUARD 2."""
    if facts.get("outcome") == "absent":
        return "undecided"
    predicate = facts["statement"]["predicate"]
    if predicate["outcome"] == "failed":
        return "pass" if chart.mode == "requires-overlay" and overlay_reason(predicate["reason"]) else "fail"
    return "pass" if predicate["filled"] > 0 or chart.mode == "default-off" else "fail"


def their_verdict(chart, plain):
    """scripts/check-chart-annotations.sh: `helm template … | wc -l`."""
    if plain.returncode != 0:
        return "pass" if chart.mode == "requires-overlay" and overlay_reason(plain.stderr) else "fail"
    return "pass" if plain.stdout.count("\n") >= 5 or chart.mode == "default-off" else "fail"


def differences(chart, facts, plain):
    """Everything that is not as the table says."""
    predicate = facts.get("statement", {}).get("predicate", {})
    outcome = facts.get("outcome") or predicate["outcome"]
    reason = facts.get("reason") or predicate.get("reason", "")
    rows = [("outcome", chart.outcome, outcome), ("filled", chart.filled, predicate.get("filled", 0)),
            ("unread", chart.unread, predicate.get("unread", 0)),
            ("our verdict", chart.ours, our_verdict(chart, facts)),
            ("their verdict", chart.theirs, their_verdict(chart, plain))]
    if chart.reason:
        rows.append(("reason", True, chart.reason in reason))
    if chart.plain and outcome == "rendered":
        documents = predicate["documents"]
        rows += [("plain success", 0, plain.returncode), ("lines", plain.stdout.count("\n"), predicate["lines"]),
                 ("documents", plain.stdout.count("\n# Source: "), len(documents))]
    if chart.plain and outcome == "failed":
        error = plain.stderr[plain.stderr.rfind("Error: "):].strip()
        # Temporary folders differ in the texts.
        rows += [("plain failure", True, plain.returncode != 0), ("plain reason", error.split(":")[0], reason.split(":")[0])]
    if outcome != "absent":
        rows.append(("release", "smoke-" + chart.name, predicate["release"]))
        rows.append(("kubernetes", KUBE, predicate["kubeVersion"]))
    return [f"{what}: expected {want!r}, got {got!r}" for what, want, got in rows if want != got] + (
        [f"reason given: {reason}"] if chart.reason and chart.reason not in reason else [])


class Suite:
    def __init__(self, arguments, folder):
        self.facts, self.only, self.folder = arguments.facts, arguments.only, folder
        self.passed = self.failed = 0

    def report(self, name, problems):
        self.passed += not problems
        self.failed += bool(problems)
        print(f"{'FAIL' if problems else 'ok  '} {name}")
        for problem in problems:
            print(f"       {problem}")

    def targets(self, helm, charts):
        out = []
        for chart in charts:
            source = write(self.folder / chart.name, chart.all_files())
            out.append(package(helm, source, self.folder / "packages") if chart.package else source)
        return out

    def ask(self, helm, cache, supply, targets):
        if not targets:
            return []
        result = run([self.facts, helm, cache, supply, *map(str, targets)], self.folder)
        assert result.returncode == 0, result.stderr
        return [json.loads(line) for line in result.stdout.splitlines()]

    def judge(self, name, helm):
        charts = [c for c in CHARTS if re.search(self.only, f"{name}/{c.name}")]
        targets = self.targets(helm, charts)
        vendor = self.folder / "vendor"
        package(helm, write(self.folder / "supplied-source", SUPPLIED), vendor)
        cache = self.folder / f"cache-{name}"
        answers = {}
        for supply in (False, True):
            wanted = [(c, t) for c, t in zip(charts, targets) if c.supply == supply]
            if wanted:
                found = self.ask(helm, str(cache), str(vendor) if supply else "-", [t for _, t in wanted])
                answers.update({c.name: f for (c, _), f in zip(wanted, found)})
        for chart, target in zip(charts, targets):
            release = "smoke-" + chart.name
            plain = run([helm, "template", release, str(target), "--namespace", release, "--kube-version", KUBE], self.folder)
            self.report(f"{name}/{chart.name}", differences(chart, answers[chart.name], plain))
        kept = [(c, t) for c, t in zip(charts, targets) if not c.supply]
        again = self.ask(helm, str(cache), "-", [t for _, t in kept])
        self.report(f"{name}/cache", [f"{c.name} differs" for (c, _), f in zip(kept, again) if f != answers[c.name]])
        held = {tuple(a["statement"]["predicate"]["confinement"]) for a in answers.values() if "statement" in a}
        print(f"     {name}: confined by {'; '.join(', '.join(h) for h in sorted(held))}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--facts", required=True)
    parser.add_argument("--helm", action="append", required=True)
    parser.add_argument("--only", default="")
    arguments = parser.parse_args()
    failed = passed = 0
    for row in arguments.helm:
        name, program = row.split("=", 1)
        with tempfile.TemporaryDirectory(prefix="portreeve-renders.") as folder:
            suite = Suite(arguments, pathlib.Path(folder))
            suite.judge(name, program)
            passed, failed = passed + suite.passed, failed + suite.failed
    print(f"{passed} passed, {failed} failed, 0 skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
