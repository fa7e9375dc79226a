"""The shipped rules through the real API server: one refusal of each family, and what passes."""

from objects import application, blueprint, environment, environment_policy, organization
from suite import per_user


def create(t, obj):
    return t.kubectl("create", "-f", "-", stdin=obj)


@per_user
def typo_of_a_known_field(t):
    """The API server keeps unknown fields, so a typo would otherwise be silent."""
    with t.nothing_stored():
        t.denied(create(t, blueprint("bp-e2e-typo", visibilty="private")), golden="typo-of-a-known-field")


@per_user
def several_violations(t):
    """One message, and the others as warnings."""
    with t.nothing_stored():
        t.denied(create(t, blueprint("wiki", card={"title": "Tenant Wiki"}, visibilty="private",
                                     depends=[{"blueprint": "wiki", "version": "not a range"}])),
                 golden="several-violations")


@per_user
def unknown_field_is_advice(t):
    result = t.allowed(create(t, blueprint("bp-e2e-unknown", marketingBlurb={"text": "fine"})))
    t.run.golden.check("unknown-field-is-advice", t.masked(result.text()))


@per_user
def banned_word_in_prose_is_advice(t):
    result = t.allowed(create(t, blueprint("bp-e2e-prose", card={"description": "Each tenant gets a wiki."})))
    t.run.golden.check("banned-word-in-prose-is-advice", t.masked(result.text()))


@per_user
def version_goes_back(t):
    t.have(blueprint("bp-e2e-version", version="2.0.0"))
    with t.nothing_stored():
        t.denied(t.kubectl("replace", "-f", "-", stdin=blueprint("bp-e2e-version", version="1.9.0")),
                 golden="version-goes-back")


@per_user
def content_changes_under_one_version(t):
    t.have(blueprint("bp-e2e-version", version="2.0.0"))
    with t.nothing_stored():
        t.denied(t.kubectl("patch", "blueprint", "bp-e2e-version", "--type=merge", "-p",
                           '{"spec":{"manifests":{"chart":"./other"}}}'),
                 golden="content-changes-under-one-version")


@per_user
def card_changes_under_one_version(t):
    t.have(blueprint("bp-e2e-version", version="2.0.0"))
    t.allowed(t.kubectl("patch", "blueprint", "bp-e2e-version", "--type=merge", "-p",
                        '{"spec":{"card":{"summary":"Pages, written together."}}}'))


@per_user
def blueprint_depends_on_itself(t):
    with t.nothing_stored():
        t.denied(create(t, blueprint("bp-e2e-self", depends=[{"blueprint": "bp-e2e-self", "version": "1.x"}])),
                 golden="blueprint-depends-on-itself")


@per_user
def organization_environment_application(t):
    t.allowed(create(t, organization()))
    t.allowed(create(t, environment()))
    t.allowed(create(t, environment_policy()))
    t.allowed(create(t, application()))
    t.assert_allow_for_content(t.kubectl.get("application", "wiki", "-n", "acme"))


@per_user
def organization_with_a_reserved_slug(t):
    with t.nothing_stored():
        t.denied(create(t, organization("kube-acme")), golden="organization-with-a-reserved-slug")


@per_user
def environment_whose_name_disagrees(t):
    with t.nothing_stored():
        t.denied(create(t, environment("acme-production")), golden="environment-whose-name-disagrees")


@per_user
def environment_in_a_region_of_another_provider(t):
    with t.nothing_stored():
        t.denied(create(t, environment("acme-stg", envType="stg", regions=[
            {"provider": "hetzner", "region": "dxb", "buildingBlock": "rtz"}])),
            golden="environment-in-a-region-of-another-provider")


@per_user
def environment_in_the_wrong_host_cluster(t):
    with t.nothing_stored():
        t.denied(create(t, environment("acme-stg", envType="stg", regions=[
            {"provider": "hetzner", "region": "fsn", "buildingBlock": "rtz", "hostCluster": "hz-nbg-rtz-stg"}])),
            golden="environment-in-the-wrong-host-cluster")


@per_user
def environment_policy_misnamed(t):
    with t.nothing_stored():
        t.denied(create(t, environment_policy("acme-policy")), golden="environment-policy-misnamed")


@per_user
def application_that_embeds_its_organization(t):
    with t.nothing_stored():
        t.denied(create(t, application("acme-wiki")), golden="application-that-embeds-its-organization")


@per_user
def application_loses_its_instance_id(t):
    """The CRD's transition rule does not run on removal."""
    t.have(application("notes", instanceId="a1b2c3"))
    with t.nothing_stored():
        t.denied(t.kubectl("patch", "application", "notes", "-n", "acme", "--type=merge", "-p",
                           '{"spec":{"instanceId":null}}'), golden="application-loses-its-instance-id")


@per_user
def label_that_contradicts_the_object(t):
    """A label is judged although the content is unchanged."""
    t.have(environment())
    with t.nothing_stored():
        t.denied(t.kubectl("label", "environment", "acme-prod", "openova.io/env-type=dev"),
                 golden="label-that-contradicts-the-object")


@per_user
def label_that_no_rule_reads(t):
    t.have(environment())
    t.allowed(t.kubectl("label", "environment", "acme-prod", "example.org/colour=blue"))
    t.allowed(t.kubectl("annotate", "environment", "acme-prod", "example.org/note=fine"))
