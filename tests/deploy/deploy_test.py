#!/usr/bin/env python3
"""What deploy/ and .pre-commit-hooks.yaml run is what the program understands.

    deploy_test.py PORTREEVE SOURCE-DIR        exits 77 where there is no guard or no PyYAML
"""

import http.server
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import threading

try:
    import yaml
except ImportError:
    sys.exit(77)

PROGRAM, ROOT = sys.argv[1], pathlib.Path(sys.argv[2]).resolve()
FAKE = """#!/usr/bin/env bash
printf '%s\\n' "$@" >"$RECORD"
for argument in "$@"; do case $argument in markdown=*) echo "# report" >"${argument#markdown=}" ;; esac; done
while (($#)); do [[ $1 != --pr-text ]] || cp "$2" "$RECORD.pr"; shift; done
exit 3
"""


def guard_options():
    done = subprocess.run([PROGRAM, "guard", "--help"], capture_output=True, text=True)
    if done.returncode != 0 or "portreeve guard" not in done.stdout:
        sys.exit(77)
    return set(re.findall(r"--[a-z][a-z-]+", done.stdout))


def check(holds, what):
    if not holds:
        print("FAIL", what)
        sys.exit(1)


def hooks(known):
    for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text()):
        words = hook["entry"].split()
        check(words[:2] == ["portreeve", "guard"], hook["id"])
        unknown = [word for word in words if word.startswith("--") and word not in known]
        check(not unknown, f"{hook['id']}: guard knows no {unknown}")


def manifest():
    """The Deployment starts what the Service leads to, with options and a Config that the program takes."""
    documents = {(one["kind"], one["metadata"]["name"]): one
                 for one in yaml.safe_load_all((ROOT / "deploy/kubernetes/portreeve.yaml").read_text())}
    container = documents["Deployment", "portreeve"]["spec"]["template"]["spec"]["containers"][0]
    known = set(re.findall(r"--[a-z][a-z-]+", subprocess.run([PROGRAM, "serve", "--help"], capture_output=True,
                                                              text=True).stdout))
    options = dict(argument.split("=", 1) for argument in container["args"][1:])
    check(set(options) <= known, f"serve knows no {set(options) - known}")
    ports = {port["name"]: port["containerPort"] for port in container["ports"]}
    service = documents["Service", "portreeve"]["spec"]["ports"][0]
    check(service["port"] == 443, "webhook-config --service registers port 443")
    check(options["--listen"].endswith(f":{ports[service['targetPort']]}"), "the Service leads to --listen")
    check(options["--ops-listen"].endswith(f":{ports[container['readinessProbe']['httpGet']['port']]}"), "probes ask --ops-listen")
    with tempfile.TemporaryDirectory() as name:
        config = pathlib.Path(name) / "config.yaml"
        config.write_text(documents["ConfigMap", "portreeve"]["data"]["config.yaml"])
        done = subprocess.run([PROGRAM, "policy", "list", "--config", str(config)], capture_output=True, text=True)
        check(done.returncode == 0, done.stderr)


def run_action(folder, event, **inputs):
    fake, record = folder / "portreeve", folder / "record"
    (folder / "summary").unlink(missing_ok=True)
    fake.write_text(FAKE)
    fake.chmod(0o755)
    (folder / "event.json").write_text(json.dumps(event))
    environment = {"PATH": os.environ["PATH"], "RECORD": str(record), "INPUT_PROGRAM": str(fake),
                   "GITHUB_EVENT_PATH": str(folder / "event.json"), "GITHUB_STEP_SUMMARY": str(folder / "summary"),
                   "PORTREEVE_REPORT": str(folder / "report.md"), **inputs}
    done = subprocess.run(["bash", str(ROOT / "deploy/github-action/guard.sh")], env=environment, cwd=folder)
    check(done.returncode == 3, "guard's exit code is the action's")
    check((folder / "summary").read_text() == "# report\n", "the markdown is the job's summary")
    check((folder / "report.md").read_text() == "# report\n", "the markdown is left for a comment")
    return record.read_text().splitlines()


def action(known):
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        text = "$(touch evil) `touch evil`"
        event = {"pull_request": {"title": text, "body": "--unsafe-head-config\nCloses #1", "base": {"sha": "abc123"},
                                  "labels": [{"name": "a label"}, {"name": "; touch evil"}]}}
        got = run_action(folder, event, INPUT_RENDER="never", INPUT_SARIF="out.sarif", INPUT_SUBCHARTS="vendor")
        for wanted in (["guard", "."], ["--base", "abc123"], ["--render", "never"], ["--format", "github"],
                       ["--pr-label", "a label"], ["--pr-label", "; touch evil"], ["--output", "sarif=out.sarif"],
                       ["--subcharts", "vendor"]):
            check(any(got[i:i + 2] == wanted for i in range(len(got))), f"{wanted} in {got}")
        check("--unsafe-head-config" not in got, "texts of others are no options")
        check((folder / "record.pr").read_text() == text + "\n--unsafe-head-config\nCloses #1\n", "title, then body")
        check(not (folder / "evil").exists(), "nothing of the event is executed")
        unknown = [word for word in got if word.startswith("--") and word not in known]
        check(not unknown, f"the action: guard knows no {unknown}")
        plain = run_action(folder, {"ref": "refs/heads/main"})
        check("--base" not in plain and "--pr-text" not in plain, f"a push judges the whole tree: {plain}")
    inputs = yaml.safe_load((ROOT / "deploy/github-action/action.yml").read_text())["inputs"]
    script = (ROOT / "deploy/github-action/guard.sh").read_text()
    for name in inputs:
        check(f"INPUT_{name.upper()}" in script, f"input {name} is used")


class Gitea(http.server.BaseHTTPRequestHandler):
    comments = []

    def answer(self, value):
        data = json.dumps(value).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def do_GET(self):
        self.answer(self.comments)

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.comments.append({"id": 7 + len(self.comments), **body})
        self.answer(self.comments[-1])

    def do_PATCH(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        wanted = int(self.path.rsplit("/", 1)[1])
        next(c for c in self.comments if c["id"] == wanted).update(body)
        self.answer({})

    def log_message(self, *_):
        pass


def comment():
    server = http.server.HTTPServer(("127.0.0.1", 0), Gitea)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    Gitea.comments.append({"id": 7, "body": "somebody else's"})
    with tempfile.TemporaryDirectory() as name:
        report = pathlib.Path(name) / "report.md"
        for text in ("first", "second"):
            report.write_text(text)
            done = subprocess.run([sys.executable, str(ROOT / "deploy/gitea/comment.py"), str(report)],
                                  env={"API": f"http://127.0.0.1:{server.server_port}/api/v1/repos/o/r", "NUMBER": "4", "TOKEN": "t"})
            check(done.returncode == 0, "the comment is posted")
    server.shutdown()
    check([c["body"] for c in Gitea.comments] == ["somebody else's", "<!-- portreeve guard -->\nsecond"], f"one comment: {Gitea.comments}")
    yaml.safe_load((ROOT / "deploy/gitea/portreeve.yaml").read_text())


if __name__ == "__main__":
    comment()
    manifest()
    options = guard_options()
    hooks(options)
    action(options)
    print("ok")
