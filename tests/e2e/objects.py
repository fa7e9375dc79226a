"""The objects that the cases write: small, right as they stand, changed by keyword."""


def _merge(base, changes):
    for key, value in changes.items():
        if isinstance(value, dict) and isinstance(base.get(key), dict):
            _merge(base[key], value)
        else:
            base[key] = value
    return base


def blueprint(name, version="1.0.0", api="catalyst.openova.io/v1", labels=None, metadata=None, **spec):
    base = {
        "apiVersion": api,
        "kind": "Blueprint",
        "metadata": {"name": name, "labels": {"catalyst.openova.io/section": "pts-4-1-data-services",
                                              "e2e": "yes", **(labels or {})}, **(metadata or {})},
        "spec": {
            "version": version,
            "card": {"title": "Team Wiki", "summary": "Pages that a team writes together.",
                     "category": "collaboration"},
            "visibility": "listed",
            "configSchema": {"type": "object", "properties": {"replicas": {"type": "integer", "default": 2}}},
            "manifests": {"chart": "./chart"},
        },
    }
    _merge(base["spec"], spec)
    return base


def environment(name="acme-prod", labels=None, **spec):
    base = {
        "apiVersion": "catalyst.openova.io/v1",
        "kind": "Environment",
        "metadata": {"name": name, "labels": {"e2e": "yes", **(labels or {})}},
        "spec": {"organizationRef": "acme", "envType": "prod", "placement": "single-region",
                 "regions": [{"provider": "hetzner", "region": "fsn", "buildingBlock": "rtz"}]},
    }
    _merge(base["spec"], spec)
    return base


def application(name="wiki", namespace="acme", **spec):
    base = {
        "apiVersion": "apps.openova.io/v1",
        "kind": "Application",
        "metadata": {"name": name, "namespace": namespace, "labels": {"e2e": "yes"}},
        "spec": {"blueprintRef": {"name": "bp-wiki", "version": "1.0.0"}, "environmentRef": "acme-prod",
                 "regions": ["primary"], "parameters": {"replicas": 3}},
    }
    _merge(base["spec"], spec)
    return base


def organization(name="acme", **spec):
    base = {
        "apiVersion": "orgs.openova.io/v1",
        "kind": "Organization",
        "metadata": {"name": name, "labels": {"e2e": "yes"}},
        "spec": {"slug": name, "displayName": "Acme Corporation", "kind": "customer", "tier": "corporate",
                 "billingMode": "real", "sovereignRef": "t01.omani.works"},
    }
    _merge(base["spec"], spec)
    return base


def environment_policy(name="acme-prod-policy", **spec):
    base = {
        "apiVersion": "catalyst.openova.io/v1",
        "kind": "EnvironmentPolicy",
        "metadata": {"name": name, "labels": {"e2e": "yes"}},
        "spec": {"promotion": {"requiredApprovers": 2, "soakHours": 24, "requiredComplianceScore": 80}},
    }
    _merge(base["spec"], spec)
    return base
