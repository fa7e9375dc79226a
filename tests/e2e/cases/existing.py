"""Objects that were stored before the gate: they never wedge, and they never get worse."""

from objects import blueprint
from suite import per_user

# Stored by run.py before the configuration is registered, for each user anew.
MISNAMED = "legacy-wiki"
MISTITLED = "bp-e2e-legacy"


def legacy():
    return [blueprint(MISNAMED), blueprint(MISTITLED, card={"title": "Tenant Console"})]


def patch(t, name, body):
    return t.kubectl("patch", "blueprint", name, "--type=merge", "-p", body)


@per_user
def old_violation_is_a_warning_on_a_label(t):
    result = t.allowed(patch(t, MISNAMED, '{"metadata":{"annotations":{"example.org/note":"x"}}}'))
    t.run.golden.check("old-violation-is-a-warning-on-a-label", t.masked(result.text()))


@per_user
def old_violation_does_not_stop_status_or_no_op(t):
    for name in (MISNAMED, MISTITLED):
        t.allowed(patch(t, name, "{}"))
        t.allowed(t.kubectl("patch", "blueprint", name, "--subresource=status", "--type=merge",
                            "-p", '{"status":{"phase":"Published"}}'))


@per_user
def misnamed_object_can_be_upgraded(t):
    """Its name cannot be changed by an UPDATE, so it stays a warning."""
    result = t.allowed(patch(t, MISNAMED, '{"spec":{"version":"1.1.0"}}'))
    t.run.golden.check("misnamed-object-can-be-upgraded", t.masked(result.text()))


@per_user
def mistitled_object_cannot_be_upgraded_as_it_is(t):
    with t.nothing_stored():
        t.denied(patch(t, MISTITLED, '{"spec":{"version":"1.1.0"}}'),
                 golden="mistitled-object-cannot-be-upgraded")


@per_user
def mistitled_object_can_be_put_right(t):
    t.allowed(patch(t, MISTITLED, '{"spec":{"version":"1.1.0","card":{"title":"Wiki Console"}}}'))
    t.assert_allow_for_content(t.kubectl.get("blueprint", MISTITLED))


@per_user
def new_violation_of_an_old_object_is_denied(t):
    with t.nothing_stored():
        t.denied(patch(t, MISNAMED, '{"spec":{"version":"1.2.0","card":{"title":"Tenant Wiki"}}}'))
