"""Findings that are right as they are, each with its reason. One that is no longer needed is a finding itself."""

from apps.tenancy.lint.finding import Allowance

CONTEXT = "reads the caller's own signed context and nothing else; it takes no argument"

ALLOWANCES = (
    Allowance("extension_unreviewed", "plpgsql", "part of PostgreSQL; trusted, bound to the caller's rights"),
    Allowance("extension_unreviewed", "vector", "types and distance functions for embeddings; opens no file or server"),
    Allowance("definer_unreviewed", "tenancy.context()", CONTEXT),
    Allowance("definer_unreviewed", "tenancy.current_tenant()", CONTEXT),
    Allowance("definer_unreviewed", "tenancy.current_customer()", CONTEXT),
    Allowance("definer_unreviewed", "tenancy.current_actor()", CONTEXT),
    Allowance(
        "audit_rls",
        "Models using CustomPolicy (prefer ModelPolicy)",
        "our policies are SQL migrations; ModelPolicy of django-rls 2.0.1 compiles to open tables for uuid keys",
    ),
)
