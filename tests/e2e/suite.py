"""Named cases, what they may ask of a scene, and golden texts."""

import difflib
import json
import os
import re

from gate import Gate, Tls, wait_until
from kube import Api, Kubectl
from ledger import Ledger, hex_digest
from canonical import content_digest
from objects import blueprint

CASES = {"user": [], "form": [], "once": []}

COLLECTIONS = ("/apis/catalyst.openova.io/v1/blueprints", "/apis/catalyst.openova.io/v1/environments",
               "/apis/catalyst.openova.io/v1/environmentpolicies", "/apis/apps.openova.io/v1/applications",
               "/apis/orgs.openova.io/v1/organizations")
BLUEPRINTS = COLLECTIONS[0]


def per_user(function):
    """A case that runs in each form, as each user."""
    CASES["user"].append(function)
    return function


def per_form(function):
    """A case that runs once in each form, after those of the users."""
    CASES["form"].append(function)
    return function


def once(function):
    """A case that runs once, before the forms, with nothing registered: it gets the Run."""
    CASES["once"].append(function)
    return function


class Skip(Exception):
    """Raised by a case that cannot run here; its text is the reason."""


class Run:
    """What the whole run shares. `state` is the folder that script/e2e made and will remove."""

    def __init__(self, state, portreeve, kubectl, golden, service_ip):
        self.state = state
        self.portreeve = portreeve
        self.kubectl_program = kubectl
        self.service_ip = service_ip
        self.gates = []
        self.registries = []
        self.ledger = Ledger(state)
        self.golden = Golden(golden, state)
        self.admin = Kubectl(kubectl, state, "admin")
        self.api = Api(state, "user")
        os.makedirs(f"{state}/decisions", exist_ok=True)

    def tls(self, name):
        return Tls(f"{self.state}/pki/{name}.crt", f"{self.state}/pki/{name}.key")

    @staticmethod
    def program(name):
        """A component that script/e2e built: RIG_COSIGN3 for cosign3."""
        path = os.environ.get("RIG_" + name.upper().replace("-", "_"))
        if not path:
            raise Skip(f"there is no {name}")
        return path

    def stop_all(self):
        for gate in list(self.gates):
            gate.stop(grace=2)
        for registry in self.registries:
            registry.stop()


class Golden:
    """Texts under tests/golden/e2e. All forms and users must give the same one; with
    PORTREEVE_REGOLD=1 the first of them writes it."""

    def __init__(self, folder, state):
        self._folder = folder
        self._actual = f"{state}/golden-actual"
        self._regold = os.environ.get("PORTREEVE_REGOLD") == "1"
        self.seen = set()

    def check(self, name, text):
        path = f"{self._folder}/{name}.txt"
        if self._regold and name not in self.seen:
            os.makedirs(self._folder, exist_ok=True)
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
        self.seen.add(name)
        try:
            with open(path, encoding="utf-8") as file:
                wanted = file.read()
        except FileNotFoundError:
            wanted = ""
        if text != wanted:
            os.makedirs(self._actual, exist_ok=True)
            with open(f"{self._actual}/{name}.txt", "w", encoding="utf-8") as file:
                file.write(text)
            diff = list(difflib.unified_diff(wanted.splitlines(), text.splitlines(), "golden", "actual",
                                             lineterm="", n=0))[2:]
            raise AssertionError(f"golden {name}: " + " / ".join(diff)[:1200])

    def unused(self):
        """Golden files that no case asked for."""
        try:
            names = {name.removesuffix(".txt") for name in os.listdir(self._folder)}
        except FileNotFoundError:
            names = set()
        return sorted(names - self.seen)


class Scene:
    """One form of registration, seen as one user. Cases get this and nothing else."""

    def __init__(self, run, form, user):
        self.run = run
        self.form = form
        self.kubectl = Kubectl(run.kubectl_program, run.state, user)
        self.admin = run.admin
        self.ledger = run.ledger
        self.gate = None

    # What is stored -----------------------------------------------------------------------

    def stored(self):
        """resourceVersion of every object of the gated kinds."""
        found = {}
        for path in COLLECTIONS:
            status, text = self.run.api.request("GET", path)
            assert status == 200, f"list {path}: {status} {text[:200]}"
            for item in json.loads(text)["items"]:
                metadata = item["metadata"]
                found[path, metadata.get("namespace"), metadata["name"]] = metadata["resourceVersion"]
        return found

    def nothing_stored(self):
        return _NothingStored(self)

    def have(self, obj):
        """The object, stored as given unless it is there: for cases that need one to change."""
        where = ["-n", obj["metadata"]["namespace"]] if "namespace" in obj["metadata"] else []
        found = self.kubectl.get(obj["kind"].lower(), obj["metadata"]["name"], *where)
        if not found:
            self.allowed(self.kubectl("create", "-f", "-", stdin=obj))
            found = self.kubectl.get(obj["kind"].lower(), obj["metadata"]["name"], *where)
        return found

    # What a call must have been answered ---------------------------------------------------

    def allowed(self, result):
        assert result.ok, f"refused: {result.text().strip()[:600]}"
        return result

    def masked(self, text):
        """Without what differs from run to run: decision ids, addresses, generated names."""
        # Also of a decision whose line could not be written, which no ledger knows.
        text = re.sub(r"\bdecision [a-z2-7]{20}\b", "decision DECISION", text)
        text = re.sub(r"127(\.\d+){3}:\d+", "ADDRESS:PORT", text)
        return re.sub(r"(-gen-)[a-z0-9]{5}\b", r"\1XXXXX", text)

    def denied(self, result, golden=None):
        """By a decision of the gate, whose id the user was told and the log holds as a deny."""
        text = result.text()
        assert not result.ok, f"allowed: {text.strip()[:400]}"
        assert "denied the request" in text, f"refused, but not by the gate: {text.strip()[:400]}"
        ids = [d for d, lines in self.ledger.decisions().items()
               if d in text and any(line["verdict"] == "deny" for line in lines)]
        assert ids, f"no deny line of the decision log is named in: {text.strip()[:600]}"
        for line in text.splitlines():
            message = line.partition("denied the request: ")[2]
            assert len(message.encode()) <= 1024, f"a message of {len(message.encode())} bytes"
        self.warnings_fit(result)
        if golden:
            self.run.golden.check(golden, self.masked(text))
        return ids[0]

    @staticmethod
    def warnings_fit(result):
        """The API server cuts a warning at 256 characters once there are many."""
        for line in result.err.splitlines():
            assert not line.startswith("Warning: ") or len(line) <= 256 + len("Warning: "), line

    def failed_closed(self, result):
        """Refused because the gate gave no answer."""
        assert not result.ok, "stored although the gate gave no answer"
        assert "failed calling webhook" in result.err, f"another failure: {result.err.strip()[:400]}"

    # What the gate wrote ---------------------------------------------------------------------

    def lines_of(self, name):
        return [line for lines in self.ledger.decisions().values() for line in lines
                if line.get("name") == name]

    def assert_allow_for_content(self, obj):
        """The log holds an allow for exactly this content."""
        digest = hex_digest(content_digest(obj))
        lines = self.lines_of(obj["metadata"]["name"])
        assert any(line["verdict"] == "allow" and hex_digest(line["contentDigest"]) == digest
                   for line in lines), f"no allow for {digest} among {[l['contentDigest'] for l in lines]}"

    # The gate itself -------------------------------------------------------------------------

    def address(self):
        host = self.run.service_ip if self.form == "service" else "127.0.0.1"
        return host, self.gate_port

    def new_gate(self, listen=None, tls=None, **options):
        """The service form also asks for the API server's certificate."""
        if self.form == "service":
            options.setdefault("client_ca", f"{self.run.state}/pki/hook-client-ca.crt")
        return Gate(self.run, listen or self.address(), tls or self.run.tls("serving"), **options)

    def replace_gate(self, **options):
        """Another gate at the registered address; the old one is stopped first."""
        assert self.gate.stop() in (0, None), f"{self.gate.name} ended badly: {self.gate.log_end()}"
        self.gate = self.new_gate(**options).start()

    def answers(self):
        """A misnamed Blueprint is refused by a decision, as a dry run."""
        status, text = self.run.api.request("POST", BLUEPRINTS + "?dryRun=All", blueprint("probe"))
        return status != 201 and "denied the request" in text

    def wait_effective(self):
        wait_until(self.answers, 15, "the registered configuration is in effect")

    def hooks(self):
        """Every webhook of every registered configuration."""
        return [hook for item in self.admin.get("validatingwebhookconfigurations")["items"]
                for hook in item["webhooks"]]

    def lists_no_registration(self):
        status, _ = self.run.api.request("POST", BLUEPRINTS + "?dryRun=All", blueprint("probe"))
        return status == 201


class _NothingStored:
    def __init__(self, scene):
        self._scene = scene

    def __enter__(self):
        self._before = self._scene.stored()

    def __exit__(self, kind, *_):
        if kind is None:
            after = self._scene.stored()
            changed = {key[1:] for key in set(self._before) | set(after)
                       if self._before.get(key) != after.get(key)}
            assert not changed, f"stored or removed all the same: {sorted(map(str, changed))}"
