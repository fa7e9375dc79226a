"""The cases, in the order they run."""

from cases import writes, scope, policy, existing, registration, faults, handover, signed, charts, audited  # noqa: F401
