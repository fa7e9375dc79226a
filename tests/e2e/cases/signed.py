"""Signatures by real cosign, in real registries, judged at admission by the real API server."""

import time

from objects import blueprint
from signing import Signing
from suite import per_form

VERSION = "1.0.0"


def source(registry, repository, version=VERSION):
    folder, _, chart = repository.rpartition("/")
    return {"url": f"oci://{registry.host}/{folder}", "chart": chart, "version": version}


def signed_blueprint(name, registry, repository, version=VERSION):
    return blueprint(name, version=version, source=source(registry, repository, version))


def create(t, obj):
    return t.kubectl("create", "-f", "-", stdin=obj)


def gate_with(t, signing, *registries):
    """A gate that demands a signature of key `release` for every Blueprint's chart."""
    folder = signing.policies(f"gate-{t.form}", list(registries))
    t.replace_gate(policies=folder)


def refused(t, obj, *words):
    with t.nothing_stored():
        result = create(t, obj)
        t.denied(result)
    for word in words:
        assert word in result.text(), f"no \"{word}\" in: {result.text().strip()}"


def only_by_url(function):
    """The form makes no difference to what registries are asked."""
    function.forms = ("url",)
    return per_form(function)


@only_by_url
def signed_blueprints_are_created(t):
    """By cosign 2 and 3, in a registry with the referrers API and in one without."""
    s = Signing.of(t.run)
    gate_with(t, s, s.debian.document("debian"), s.referrers.document("referrers"))
    for registry in (s.debian, s.referrers):
        for cosign in s.cosigns(registry):
            name = f"bp-e2e-signed-{cosign.version}-{registry.short}"
            s.push(registry, f"charts/{name}", VERSION)
            cosign.sign(f"{registry.host}/charts/{name}:{VERSION}", s.release)
            t.allowed(create(t, signed_blueprint(name, registry, f"charts/{name}")))


@only_by_url
def unsigned_blueprint_is_refused(t):
    s = Signing.of(t.run)
    gate_with(t, s, s.debian.document())
    s.push(s.debian, "charts/bp-e2e-unsigned", VERSION)
    refused(t, signed_blueprint("bp-e2e-unsigned", s.debian, "charts/bp-e2e-unsigned"),
            "unsigned: no signature was found", "leaves its signatures behind")


@only_by_url
def wrongly_signed_blueprint_is_refused(t):
    s = Signing.of(t.run)
    gate_with(t, s, s.debian.document())
    for cosign in s.cosigns(s.debian):
        name = f"bp-e2e-wrong-{cosign.version}"
        s.push(s.debian, f"charts/{name}", VERSION)
        cosign.sign(f"{s.debian.host}/charts/{name}:{VERSION}", s.stranger)
        refused(t, signed_blueprint(name, s.debian, f"charts/{name}"),
                "signed, but by nobody who is trusted for it: signature-invalid")


@only_by_url
def swapped_tag_is_refused(t):
    """The tag moves from the signed artifact to one that nobody signed, with and without the signature
    of the first one put where the second's would be."""
    s = Signing.of(t.run)
    gate_with(t, s, s.debian.document())
    repository = "charts/bp-e2e-swap"
    good = s.push(s.debian, repository, VERSION)
    s.cosigns(s.debian)[0].sign(f"{s.debian.host}/{repository}@{good}", s.release)
    evil = s.push(s.debian, repository, VERSION, content=b"another chart")
    refused(t, signed_blueprint("bp-e2e-swap", s.debian, repository), "unsigned: no signature was found")
    s.debian.tag(repository, s.debian.digest(repository, f"{good.replace(':', '-')}.sig"),
                 f"{evil.replace(':', '-')}.sig")
    time.sleep(11)   # For so long it is believed that there is none.
    refused(t, signed_blueprint("bp-e2e-swap", s.debian, repository), "digest-mismatch")
    s.debian.tag(repository, good, "2.0.0")
    t.allowed(create(t, signed_blueprint("bp-e2e-swap", s.debian, repository, "2.0.0")))


@only_by_url
def signatures_in_a_repository_of_their_own(t):
    """COSIGN_REPOSITORY: found when the Registry names it, and not before."""
    s = Signing.of(t.run)
    name = "bp-e2e-apart"
    place = f"{s.debian.host}/signatures"
    s.push(s.debian, f"charts/{name}", VERSION)
    s.cosigns(s.debian)[0].sign(f"{s.debian.host}/charts/{name}:{VERSION}", s.release,
                                environment={"COSIGN_REPOSITORY": place})
    gate_with(t, s, s.debian.document())
    refused(t, signed_blueprint(name, s.debian, f"charts/{name}"), "leaves its signatures behind")
    gate_with(t, s, s.debian.document(signatures=[place]))
    t.allowed(create(t, signed_blueprint(name, s.debian, f"charts/{name}")))


@only_by_url
def plain_copy_needs_its_layout(t):
    """A copy without its signatures is refused with that hint, and admitted with a layout beside it."""
    s = Signing.of(t.run)
    for cosign in s.cosigns(s.referrers):
        name = f"bp-e2e-copy-{cosign.version}"
        s.push(s.referrers, f"charts/{name}", VERSION)
        cosign.sign(f"{s.referrers.host}/charts/{name}:{VERSION}", s.release)
        s.referrers.copy(f"charts/{name}", VERSION, s.debian, f"mirror/{name}", VERSION)
        folder = f"{t.run.state}/layout-{cosign.version}"
        s.referrers.save_layout(folder, f"charts/{name}", VERSION, f"{s.debian.host}/mirror/{name}",
                                artifact=False)
        gate_with(t, s, s.debian.document())
        refused(t, signed_blueprint(name, s.debian, f"mirror/{name}"), "unsigned: no signature was found",
                "A plain copy of an artifact leaves its signatures behind: say where they are with "
                "`signatures` or `layouts` of the Registry")
        gate_with(t, s, s.debian.document(layouts=[folder]))
        t.allowed(create(t, signed_blueprint(name, s.debian, f"mirror/{name}")))


@only_by_url
def registry_that_is_gone_is_undecided(t):
    s = Signing.of(t.run)
    gate_with(t, s, s.referrers.document())
    name = "bp-e2e-gone"
    s.push(s.referrers, f"charts/{name}", VERSION)
    s.referrers.pause()
    try:
        with t.nothing_stored():
            result = create(t, signed_blueprint(name, s.referrers, f"charts/{name}"))
        text = result.text()
        assert not result.ok and "could not decide; this is no verdict on your object" in text, text
    finally:
        s.referrers.resume()
    t.replace_gate()
