"""The schema of release 0.1.0, and the way to it from what its seven steps made before the release."""

from __future__ import annotations

from app.database.schema_changes import AddTable, Change, Index

CHANGES: tuple[Change, ...] = (
    AddTable(
        "deployment",
        """
        id TEXT NOT NULL PRIMARY KEY, name TEXT, source TEXT, tenant_id TEXT, deployed_at BIGINT NOT NULL
        """,
        indexes=(Index("deployment_deployed_at", "(deployed_at)"),),
    ),
    AddTable(
        "deployment_resource",
        """
        id TEXT NOT NULL PRIMARY KEY, deployment_id TEXT NOT NULL, name TEXT NOT NULL, content BYTEA NOT NULL
        """,
        indexes=(Index("deployment_resource_deployment_id", "(deployment_id)"),),
    ),
    AddTable(
        "process_definition",
        """
        id TEXT NOT NULL PRIMARY KEY, key TEXT NOT NULL, version INTEGER NOT NULL, name TEXT, category TEXT,
        description TEXT, version_tag TEXT, tenant_id TEXT, deployment_id TEXT NOT NULL, resource_name TEXT NOT NULL,
        suspended BOOLEAN NOT NULL, history_ttl_days INTEGER, startable BOOLEAN NOT NULL
        """,
        indexes=(
            Index("process_definition_deployment_id", "(deployment_id)"),
            Index("process_definition_version", "(key, COALESCE(tenant_id, ''), version)", unique=True),
        ),
    ),
    AddTable(
        "process_instance",
        """
        id TEXT NOT NULL PRIMARY KEY, root_id TEXT NOT NULL, super_instance_id TEXT, super_execution_id TEXT,
        definition_id TEXT NOT NULL, definition_key TEXT NOT NULL, business_key TEXT, tenant_id TEXT,
        state TEXT NOT NULL, started_at BIGINT NOT NULL, ended_at BIGINT, start_user_id TEXT, start_activity_id TEXT,
        delete_reason TEXT, error_code TEXT, removal_at BIGINT, restarted_instance_id TEXT, case_instance_id TEXT
        """,
        indexes=(
            Index("process_instance_root_id", "(root_id)"),
            Index("process_instance_definition_id", "(definition_id)"),
            Index("process_instance_started_at", "(started_at)"),
            Index("process_instance_running", "(definition_key, id) WHERE ended_at IS NULL"),
            Index("process_instance_business_key", "(business_key) WHERE business_key IS NOT NULL"),
            Index("process_instance_case", "(case_instance_id) WHERE case_instance_id IS NOT NULL"),
            Index("process_instance_super", "(super_instance_id) WHERE super_instance_id IS NOT NULL"),
            Index("process_instance_removal", "(removal_at) WHERE removal_at IS NOT NULL"),
        ),
    ),
    AddTable(
        "instance_state",
        """
        id TEXT NOT NULL PRIMARY KEY, definition_id TEXT NOT NULL, revision INTEGER NOT NULL, body TEXT NOT NULL,
        suspended BOOLEAN NOT NULL
        """,
        churns=True,
    ),
    AddTable(
        "external_task",
        """
        id TEXT NOT NULL PRIMARY KEY, topic TEXT NOT NULL, priority BIGINT NOT NULL, ready SMALLINT NOT NULL,
        worker_id TEXT, lock_expires_at BIGINT, epoch INTEGER NOT NULL, backing_off BOOLEAN NOT NULL,
        silent_expiries INTEGER NOT NULL, retries INTEGER, suspended BOOLEAN NOT NULL, error_message TEXT,
        error_details TEXT, created_at BIGINT NOT NULL, activity_id TEXT NOT NULL, activity_instance_id TEXT NOT NULL,
        execution_id TEXT NOT NULL, process_instance_id TEXT NOT NULL, root_id TEXT NOT NULL,
        definition_id TEXT NOT NULL, definition_key TEXT NOT NULL, definition_version_tag TEXT, business_key TEXT,
        tenant_id TEXT, scopes TEXT, trace TEXT
        """,
        indexes=(
            Index("external_task_process_instance_id", "(process_instance_id)"),
            Index("external_task_ready", "(topic, priority DESC, created_at) WHERE ready = 1"),
            Index("external_task_oldest", "(topic, created_at) WHERE ready = 1"),
            Index(
                "external_task_locked",
                "(lock_expires_at) WHERE ready = 0 AND lock_expires_at IS NOT NULL AND NOT suspended"
                " AND (retries IS NULL OR retries > 0)",
            ),
        ),
        churns=True,
    ),
    AddTable(
        "external_task_log",
        """
        id TEXT NOT NULL PRIMARY KEY, kind SMALLINT NOT NULL, at BIGINT NOT NULL, external_task_id TEXT NOT NULL,
        outcome TEXT, error_code TEXT, error_message TEXT, error_details TEXT, topic TEXT NOT NULL, worker_id TEXT,
        priority BIGINT NOT NULL, retries INTEGER, activity_id TEXT NOT NULL, activity_instance_id TEXT NOT NULL,
        execution_id TEXT NOT NULL, process_instance_id TEXT NOT NULL, root_id TEXT NOT NULL,
        definition_id TEXT NOT NULL, definition_key TEXT NOT NULL, tenant_id TEXT
        """,
        indexes=(
            Index("external_task_log_external_task_id", "(external_task_id)"),
            Index("external_task_log_process_instance_id", "(process_instance_id)"),
        ),
    ),
    AddTable(
        "variable",
        """
        id TEXT NOT NULL PRIMARY KEY, execution_id TEXT NOT NULL, name TEXT NOT NULL, type TEXT NOT NULL, text TEXT,
        integer BIGINT, number DOUBLE PRECISION, bytes BYTEA, info TEXT, created_at BIGINT NOT NULL,
        activity_instance_id TEXT, process_instance_id TEXT NOT NULL, root_id TEXT NOT NULL,
        definition_id TEXT NOT NULL, definition_key TEXT NOT NULL, tenant_id TEXT, live SMALLINT NOT NULL,
        deleted BOOLEAN NOT NULL
        """,
        indexes=(
            Index("variable_process_instance_id", "(process_instance_id)"),
            Index("variable_live", "(execution_id, name) WHERE live = 1", unique=True),
            Index("variable_live_root", "(root_id) WHERE live = 1 AND NOT deleted"),
        ),
        churns=True,
    ),
    AddTable(
        "variable_update",
        """
        id TEXT NOT NULL PRIMARY KEY, execution_id TEXT NOT NULL, name TEXT NOT NULL, type TEXT NOT NULL, text TEXT,
        integer BIGINT, number DOUBLE PRECISION, bytes BYTEA, info TEXT, created_at BIGINT NOT NULL,
        activity_instance_id TEXT, process_instance_id TEXT NOT NULL, root_id TEXT NOT NULL,
        definition_id TEXT NOT NULL, definition_key TEXT NOT NULL, tenant_id TEXT
        """,
        indexes=(
            Index(
                "variable_update_process_instance_id_execution_id_name_id",
                "(process_instance_id, execution_id, name, id)",
            ),
        ),
    ),
    AddTable(
        "activity_instance",
        """
        id TEXT NOT NULL PRIMARY KEY, parent_id TEXT, activity_id TEXT NOT NULL, activity_name TEXT,
        activity_type TEXT NOT NULL, execution_id TEXT NOT NULL, task_id TEXT, called_instance_id TEXT, assignee TEXT,
        started_at BIGINT NOT NULL, ended_at BIGINT, canceled BOOLEAN NOT NULL, complete_scope BOOLEAN NOT NULL,
        process_instance_id TEXT NOT NULL, root_id TEXT NOT NULL, definition_id TEXT NOT NULL,
        definition_key TEXT NOT NULL, tenant_id TEXT
        """,
        indexes=(
            Index("activity_instance_execution_id", "(execution_id)"),
            Index("activity_instance_process_instance_id", "(process_instance_id)"),
        ),
    ),
    AddTable(
        "job",
        """
        id TEXT NOT NULL PRIMARY KEY, kind TEXT NOT NULL, due_at BIGINT, retries INTEGER NOT NULL,
        attempts INTEGER NOT NULL, retry_cycle TEXT, repeat TEXT, suspended BOOLEAN NOT NULL, locked_until BIGINT,
        priority BIGINT NOT NULL, exception_message TEXT, exception_details TEXT, arguments TEXT,
        created_at BIGINT NOT NULL, activity_id TEXT, execution_id TEXT, process_instance_id TEXT, root_id TEXT,
        definition_id TEXT, definition_key TEXT, deployment_id TEXT, batch_id TEXT, tenant_id TEXT
        """,
        indexes=(
            Index("job_execution_id", "(execution_id)"),
            Index("job_process_instance_id", "(process_instance_id)"),
            Index("job_definition_id", "(definition_id)"),
            Index("job_batch_id", "(batch_id)"),
            Index("job_due", "(due_at) WHERE retries > 0"),
        ),
        churns=True,
    ),
    AddTable(
        "job_definition_change",
        """
        id TEXT NOT NULL PRIMARY KEY, definition_id TEXT NOT NULL, suspended BOOLEAN, priority BIGINT
        """,
        indexes=(Index("job_definition_change_definition_id", "(definition_id)"),),
    ),
    AddTable(
        "event_subscription",
        """
        id TEXT NOT NULL PRIMARY KEY, kind TEXT NOT NULL, name TEXT, activity_id TEXT, execution_id TEXT,
        process_instance_id TEXT, root_id TEXT, definition_id TEXT, tenant_id TEXT, created_at BIGINT NOT NULL
        """,
        indexes=(
            Index("event_subscription_execution_id", "(execution_id)"),
            Index("event_subscription_process_instance_id", "(process_instance_id)"),
            Index("event_subscription_definition_id", "(definition_id)"),
            Index("event_subscription_kind_name", "(kind, name)"),
        ),
    ),
    AddTable(
        "user_task",
        """
        id TEXT NOT NULL PRIMARY KEY, name TEXT, description TEXT, assignee TEXT, owner TEXT, delegation_state TEXT,
        candidate_users TEXT, candidate_groups TEXT, due_at BIGINT, follow_up_at BIGINT, priority INTEGER NOT NULL,
        form_key TEXT, suspended BOOLEAN NOT NULL, created_at BIGINT NOT NULL, updated_at BIGINT, ended_at BIGINT,
        outcome TEXT, activity_id TEXT NOT NULL, activity_instance_id TEXT NOT NULL, execution_id TEXT NOT NULL,
        process_instance_id TEXT NOT NULL, root_id TEXT NOT NULL, definition_id TEXT NOT NULL,
        definition_key TEXT NOT NULL, tenant_id TEXT
        """,
        indexes=(
            Index("user_task_process_instance_id", "(process_instance_id)"),
            Index("user_task_open", "(assignee) WHERE ended_at IS NULL"),
        ),
    ),
    AddTable(
        "incident",
        """
        id TEXT NOT NULL PRIMARY KEY, kind TEXT NOT NULL, message TEXT, state TEXT NOT NULL,
        created_at BIGINT NOT NULL, ended_at BIGINT, configuration TEXT, annotation TEXT, activity_id TEXT,
        failed_activity_id TEXT, execution_id TEXT, process_instance_id TEXT, root_id TEXT, definition_id TEXT,
        definition_key TEXT, cause_incident_id TEXT NOT NULL, root_cause_incident_id TEXT NOT NULL,
        job_definition_id TEXT, history_configuration TEXT, tenant_id TEXT
        """,
        indexes=(
            Index("incident_process_instance_id", "(process_instance_id)"),
            Index("incident_open", "(configuration) WHERE state = 'open'"),
            Index("incident_root_cause", "(root_cause_incident_id) WHERE state = 'open'"),
        ),
    ),
    AddTable(
        "comment",
        """
        id TEXT NOT NULL PRIMARY KEY, message TEXT NOT NULL, user_id TEXT, created_at BIGINT NOT NULL, task_id TEXT,
        process_instance_id TEXT NOT NULL, root_id TEXT NOT NULL
        """,
        indexes=(
            Index("comment_task_id", "(task_id)"),
            Index("comment_process_instance_id", "(process_instance_id)"),
        ),
    ),
    AddTable(
        "attachment",
        """
        id TEXT NOT NULL PRIMARY KEY, name TEXT, description TEXT, kind TEXT, url TEXT, content BYTEA,
        created_at BIGINT NOT NULL, task_id TEXT NOT NULL, process_instance_id TEXT NOT NULL, root_id TEXT NOT NULL
        """,
        indexes=(
            Index("attachment_task_id", "(task_id)"),
            Index("attachment_process_instance_id", "(process_instance_id)"),
        ),
    ),
    AddTable(
        "batch",
        """
        id TEXT NOT NULL PRIMARY KEY, kind TEXT NOT NULL, total_jobs INTEGER NOT NULL, jobs_created INTEGER NOT NULL,
        jobs_per_seed INTEGER NOT NULL, invocations_per_job INTEGER NOT NULL, seed_job_definition_id TEXT NOT NULL,
        monitor_job_definition_id TEXT NOT NULL, batch_job_definition_id TEXT NOT NULL, suspended BOOLEAN NOT NULL,
        arguments TEXT, create_user_id TEXT, started_at BIGINT NOT NULL, execution_started_at BIGINT, ended_at BIGINT,
        removal_at BIGINT, tenant_id TEXT
        """,
    ),
    AddTable(
        "idempotency_key",
        """
        id TEXT NOT NULL PRIMARY KEY, user_id TEXT NOT NULL, key TEXT NOT NULL, fingerprint TEXT NOT NULL,
        created_at BIGINT NOT NULL
        """,
        indexes=(
            Index("idempotency_key_created_at", "(created_at)"),
            Index("idempotency_key_user_id_key", "(user_id, key)", unique=True),
        ),
    ),
    AddTable(
        "worker_account",
        """
        user_id TEXT NOT NULL PRIMARY KEY, password_hash TEXT NOT NULL, claims TEXT NOT NULL, topics TEXT,
        created_at BIGINT NOT NULL
        """,
    ),
    AddTable(
        "event",
        """
        id BIGSERIAL NOT NULL PRIMARY KEY, at BIGINT NOT NULL, body TEXT NOT NULL
        """,
    ),
    AddTable(
        "webhook",
        """
        id TEXT NOT NULL PRIMARY KEY, url TEXT NOT NULL, secret TEXT NOT NULL, event_types TEXT, topics TEXT,
        definition_keys TEXT, active BOOLEAN NOT NULL, created_at BIGINT NOT NULL, created_by TEXT,
        cursor BIGINT NOT NULL, failures INTEGER NOT NULL, paused_until BIGINT, last_error TEXT,
        last_failed_at BIGINT, last_delivered_at BIGINT
        """,
    ),
    AddTable(
        "delivery",
        """
        id BIGSERIAL NOT NULL PRIMARY KEY, webhook_id TEXT NOT NULL, order_key TEXT NOT NULL,
        message_id TEXT NOT NULL, type TEXT NOT NULL, body TEXT NOT NULL, created_at BIGINT NOT NULL,
        attempts INTEGER NOT NULL, next_attempt_at BIGINT NOT NULL, locked_until BIGINT, last_error TEXT
        """,
        indexes=(
            Index("delivery_order", "(webhook_id, order_key, id)"),
            Index("delivery_due", "(webhook_id, next_attempt_at)"),
        ),
        churns=True,
    ),
)
