"""The judgement of a whole world: every good one accepted with the right signer, every twin and every
other authority refused for the right reason. What disagrees is collected, never raised."""

import collections
import concurrent.futures
import copy
import json

from mint import IDENTITY
from services import write
from twins import Attached, changes

# Authorities that a good one does not satisfy: name, does it apply, the change, the reasons.
STRANGERS = (
    ("identity", lambda s: s.signer == "workflow", {"identity": IDENTITY["workflow"].replace("v1.2.3", "v1.2.4")},
     ("identity-mismatch",)),
    ("issuer", lambda s: s.signer in ("workflow", "person"), {"issuer": "http://127.0.0.1:3001/oidc/other"},
     ("issuer-mismatch",)),
    ("claim", lambda s: s.signer == "workflow", {"claims": {"sourceRepositoryOwnerURI": "https://github.com/other"}},
     ("claim-mismatch",)),
)


class Count:
    """What was expected and what came."""

    def __init__(self):
        self.good, self.bad, self.commands = 0, 0, 0
        self.faults = []
        self.by_change = collections.Counter()

    def accepted(self, name, fault):
        self.good += 1
        if fault:
            self.faults.append(f"good {name}: {fault}")

    def refused(self, name, change, fault):
        self.bad += 1
        self.by_change[change] += 1
        if fault:
            self.faults.append(f"bad {name} ({change}): {fault}")


def groups(goods):
    """Goods of registries, by what one call of audit can ask together."""
    out = collections.defaultdict(list)
    for good in goods:
        shape = good.shape
        if shape.registry and not good.error:
            out[shape.registry, shape.signer, bool(shape.log), shape.stamped, shape.predicate].append(good)
    return out.values()


def asked_for(shape):
    return ["--predicate-type", shape.predicate] if shape.predicate else []


def signer_of(world, shape):
    """What the report must begin with."""
    if shape.keyed:
        return "key sha256:"
    if shape.signer == "own":
        return IDENTITY["person"]
    issuer = world.services.github if shape.signer == "workflow" else world.services.people
    return f"{issuer} {IDENTITY[shape.signer]}"


def reasons_of(subject):
    return [candidate.get("reason", "") for candidate in subject.get("candidates", [])]


def refusal_fault(subject, reasons):
    """Nothing when it is refused for one of the reasons."""
    if any(candidate["accepted"] for candidate in subject.get("candidates", [])) or subject["verdict"] == "allow":
        return "accepted"
    found = reasons_of(subject)
    if reasons == ("unsigned",):
        return "" if subject["verdict"] == "deny" else f"{subject['verdict']} {found}"
    told = [reason for reason in found if reason.split(":")[0] in reasons]
    return "" if told else f"{subject['verdict']} for {found[:3]}, expected one of {reasons}"


class Judge:
    """`world` and its goods; counts as it goes."""

    def __init__(self, world, goods):
        self.world = world
        self.goods = goods
        self.count = Count()
        self._attached = {}

    def all_good_ones(self):
        """Also runs the command that each accepted candidate carries: cosign must agree."""
        commands = []
        for members in groups(self.goods):
            shape = members[0].shape
            subjects = self._audit(members, self.world.authority(shape))
            for good, subject in zip(members, subjects):
                accepted = [one for one in subject.get("candidates", []) if one["accepted"]]
                wanted = 2 if good.shape.more == "twice" else 1
                fault = ""
                if subject["verdict"] != "allow" or len(accepted) < wanted:
                    fault = f"{subject['verdict']} {reasons_of(subject)}"
                elif not all(signer_of(self.world, shape) in one["signer"] for one in accepted):
                    fault = f"signed by {[one['signer'] for one in accepted]}"
                self.count.accepted(good.shape.name, fault)
                commands += [(good, one["command"]) for one in accepted if one.get("command")]
        for good in self._files():
            code, text = self.world.verify_bundle(good.shape, good.place + ".json", good.place)
            self.count.accepted(good.shape.name, "" if code == 0 else f"{code} {text}")
        self._run(commands)

    def _run(self, commands):
        def one(item):
            good, command = item
            code, text = self.world.three[good.shape.registry].shell(command)
            return "" if code == 0 else f"command {good.shape.name}: {command}: {code} {text[-300:]}"
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            self.count.faults += [fault for fault in pool.map(one, commands) if fault]
        self.count.commands += len(commands)

    def _files(self):
        return [good for good in self.goods if good.shape.form == "file" and not good.error]

    def _audit(self, members, authority, *options, **more):
        shape = members[0].shape
        return self.world.audit(shape.registry, ["oci://" + self.world.reference(good) for good in members],
                                authority, *asked_for(shape), *options, **more)

    # Twins -----------------------------------------------------------------------------------

    def all_twins(self, each):
        """`each` changes of every good one, taken in turn, so that every change comes up everywhere."""
        turn = collections.Counter()
        for members in groups(self.goods):
            made = []
            plain = [good for good in members if good.shape.more in ("plain", "annotated", "second")]
            for good in plain:
                made += self._twins_of(good, self._other(good), each, turn)
            if not made:
                continue
            subjects = self.world.audit(members[0].shape.registry, [target for target, *_ in made],
                                        self.world.authority(members[0].shape), *asked_for(members[0].shape))
            for (_, good, change), subject in zip(made, subjects):
                self.count.refused(good.shape.name, change.name, refusal_fault(subject, change.reasons))
        for good in self._files():
            self._file_twins(good, each, turn)

    def _chosen(self, shape, each, turn):
        """The changes whose turn it is, among those for this shape."""
        suitable = sorted(changes(shape), key=lambda change: turn[shape.form, change.name])[:each]
        for change in suitable:
            turn[shape.form, change.name] += 1
        return suitable

    def _other(self, good):
        """Another good one, of the same shape as far as changes see it."""
        def alike(other):
            mine, theirs = good.shape, other.shape
            return (other is not good and not other.error and mine.form == theirs.form and mine.what == theirs.what
                    and mine.log == theirs.log and mine.stamped == theirs.stamped and mine.keyed == theirs.keyed
                    and (mine.signer == "own") == (theirs.signer == "own") and theirs.more in ("plain", "annotated"))
        return next((other for other in self.goods if alike(other)), None)

    def _value(self, good):
        if good.shape.form == "file":
            with open(good.place + ".json", encoding="utf-8") as file:
                return json.load(file)
        return self._about(good).value()

    def _about(self, good):
        if good.shape.name not in self._attached:
            self._attached[good.shape.name] = Attached(self.world.registry[good.shape.registry], good)
        return self._attached[good.shape.name]

    def _twins_of(self, good, other, each, turn):
        attached = self._about(good)
        made = []
        for change in self._chosen(good.shape, each, turn):
            if other is None and "swapped" in change.name:
                continue
            value = self._value(other) if other else None
            target = attached.push(f"twin/{good.shape.name}/{change.name}", change, value)
            made.append((target, good, change))
        return made

    def _file_twins(self, good, each, turn):
        other = self._other(good)
        for change in self._chosen(good.shape, each, turn):
            if other is None and "swapped" in change.name:
                continue
            # verify-bundle asks a bare key for nothing more; timestamps that do not hold do not count.
            if good.shape.keyed and (change.name.startswith("stamp") or change.name == "log-removed"):
                continue
            value = self._value(good)
            replaced = change.edit(value, copy.deepcopy(self._value(other)) if other else None)
            path = write(good.place + ".twin", replaced if isinstance(replaced, bytes) else json.dumps(value))
            code, text = self.world.verify_bundle(good.shape, path, good.place)
            fault = self._file_fault(code, text, change.reasons)
            self.count.refused(good.shape.name, change.name, fault)
        changed = write(good.place + ".other", open(good.place, "rb").read() + b".")   # pylint: disable=consider-using-with
        code, text = self.world.verify_bundle(good.shape, good.place + ".json", changed)
        self.count.refused(good.shape.name, "other-file",
                           self._file_fault(code, text, ("digest-mismatch", "subject-mismatch", "signature-invalid")))

    @staticmethod
    def _file_fault(code, text, reasons):
        if code == 0:
            return "accepted"
        reason = text.partition("verify-bundle: ")[2].partition(":")[0]
        return "" if code in (1, 3) and reason in reasons else f"{code} {text.strip()}, expected one of {reasons}"

    # Other authorities -----------------------------------------------------------------------

    def all_strangers(self, every):
        """The good ones (or one of each group), asked about in the name of others and under other roots."""
        for members in groups(self.goods):
            members = [good for good in members if good.shape.more != "index"][:None if every else 1]
            if not members:
                continue
            shape = members[0].shape
            if not every and (shape.signer not in ("workflow", "p256") or shape.what != "sign"):
                continue
            for name, applies, change, reasons in STRANGERS:
                if applies(shape):
                    authority = self.world.authority(shape)
                    authority["spec"]["keyless"].update(change)
                    self._expect(members, name, authority, reasons)
            if shape.keyed:
                key = [{"file": self.world.mint.keys["p521" if shape.signer == "p256" else "p256"].public}]
                # A log entry names the key, and is looked at before the signature is.
                self._expect(members, "key", self.world.authority(shape, keys=key),
                             ("signature-invalid", "log-binding-signer"))
                if shape.stamped:
                    window = [{"file": self.world.mint.keys[shape.signer].public, "until": "2026-01-01T00:00:00Z"}]
                    self._expect(members, "key-window", self.world.authority(shape, keys=window), ("key-window",))
            self._expect(members, "repository", self.world.authority(shape, repositories=["127.0.0.1:*/other/**"]),
                         ("unsigned",))
            self._roots(members, shape)

    def _expect(self, members, name, authority, reasons, **more):
        for good, subject in zip(members, self._audit(members, authority, **more)):
            self.count.refused(good.shape.name, "asked-" + name, refusal_fault(subject, reasons))

    def _roots(self, members, shape):
        """Trust roots that lack or have outlived what the good one needs."""
        with open(self.world.mint.trusted_root, encoding="utf-8") as file:
            plain = json.load(file)

        def ended(entry):
            (entry.get("publicKey") or entry)["validFor"]["end"] = "2026-02-01T00:00:00Z"
        needed = [("tlogs", "log-unknown", "log-validity", bool(shape.log)),
                  ("timestampAuthorities", "timestamp-invalid", "timestamp-invalid", shape.stamped),
                  ("certificateAuthorities", "certificate-chain", "certificate-time", shape.signer in ("workflow", "person")),
                  ("ctlogs", "sct-invalid", "sct-invalid", shape.signer in ("workflow", "person"))]
        for part, gone, late, applies in needed:
            if not applies:
                continue
            for name, reason in (("gone", gone), ("ended", late)):
                root = copy.deepcopy(plain)
                if name == "gone":
                    root[part] = []
                else:
                    for entry in root[part]:
                        ended(entry)
                path = write(f"{self.world.state}/root.json", json.dumps(root))
                # A keyed entry of Rekor v2 has no time, unless somebody stamps it.
                if (part, name) == ("tlogs", "ended") and "v2" in {m.shape.log for m in members} and not shape.stamped:
                    continue
                self._expect(members, f"{part}-{name}", self.world.authority(shape), (reason,), trusted_root=path)
