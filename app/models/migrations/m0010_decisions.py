"""Add decision definitions, the graphs of their files, and what was decided."""

from __future__ import annotations

from app.database.schema_changes import AddTable, Change, Index

CHANGES: tuple[Change, ...] = (
    AddTable(
        "decision_definition",
        """
        id TEXT NOT NULL PRIMARY KEY, key TEXT NOT NULL, version INTEGER NOT NULL, name TEXT, category TEXT,
        version_tag TEXT, tenant_id TEXT, deployment_id TEXT NOT NULL, resource_name TEXT NOT NULL,
        requirements_id TEXT, requirements_key TEXT, history_ttl_days INTEGER
        """,
        indexes=(
            Index("decision_definition_deployment_id", "(deployment_id)"),
            Index("decision_definition_version", "(key, COALESCE(tenant_id, ''), version)", unique=True),
        ),
    ),
    AddTable(
        "decision_requirements_definition",
        """
        id TEXT NOT NULL PRIMARY KEY, key TEXT NOT NULL, version INTEGER NOT NULL, name TEXT, category TEXT,
        tenant_id TEXT, deployment_id TEXT NOT NULL, resource_name TEXT NOT NULL
        """,
        indexes=(
            Index("decision_requirements_definition_deployment_id", "(deployment_id)"),
            Index("decision_requirements_definition_version", "(key, COALESCE(tenant_id, ''), version)", unique=True),
        ),
    ),
    AddTable(
        "decision_instance",
        """
        id TEXT NOT NULL PRIMARY KEY, decision_definition_id TEXT NOT NULL, decision_definition_key TEXT NOT NULL,
        decision_definition_name TEXT, requirements_id TEXT, requirements_key TEXT, evaluated_at BIGINT NOT NULL,
        removal_at BIGINT, definition_id TEXT, definition_key TEXT, process_instance_id TEXT, root_id TEXT,
        execution_id TEXT, activity_id TEXT, activity_instance_id TEXT, user_id TEXT, inputs TEXT NOT NULL,
        outputs TEXT NOT NULL, collect_result DOUBLE PRECISION, root_decision_instance_id TEXT, tenant_id TEXT
        """,
        indexes=(
            Index("decision_instance_decision_definition_id", "(decision_definition_id)"),
            Index("decision_instance_requirements_id", "(requirements_id)"),
            Index("decision_instance_process_instance_id", "(process_instance_id)"),
            Index("decision_instance_root_decision_instance_id", "(root_decision_instance_id)"),
            Index("decision_instance_removal", "(removal_at) WHERE removal_at IS NOT NULL"),
        ),
    ),
)
