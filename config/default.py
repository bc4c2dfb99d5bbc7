"""Every setting, its default and the environment variable that changes it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from app.bpmn.commands import Policy


def setting(variable: str, meaning: str, default: Any) -> Any:
    """Declare a field of Settings that the environment variable `variable` changes; `meaning` its row of the manual."""
    return field(default=default, metadata={"variable": variable, "meaning": meaning})


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What the server was told at its start. Never changes while it runs; secrets are kept out of its text form."""

    name: str = setting("ERRAND_CONFIG", "`production`, `development` or `testing`", "production")
    bind: str = setting("ERRAND_BIND", "`host:port` or `unix:/path/of.sock`", "127.0.0.1:8080")
    database_url: str = setting(
        "ERRAND_DATABASE_URL", "`sqlite:///path` or `postgresql://…`", "sqlite:///var/errand.db"
    )
    notify_url: str | None = setting(
        "ERRAND_NOTIFY_URL", "direct way to the same Postgres, when the other one leads through a pooler", None
    )
    workers: int = setting("ERRAND_WORKERS", "processes; 0: one a core, two at most", 0)
    threads: int = setting("ERRAND_THREADS", "threads of one process; a waiting long poll occupies one", 1056)
    pin_workers: bool = setting("ERRAND_PIN_WORKERS", "keep each process on one core", True)

    jwt_algorithm: str = setting("ERRAND_JWT_ALGORITHM", "`HS256`, `RS256` or `ES256`; no other is accepted", "HS256")
    jwt_secret: str | None = setting(
        "ERRAND_JWT_SECRET", "key of HS256, 32 bytes or more: the text, or `file:/path`", None
    )
    jwt_public_key: str | None = setting(
        "ERRAND_JWT_PUBLIC_KEY", "key of RS256 or ES256: the PEM text, or `file:/path`", None
    )
    jwt_issuer: str | None = setting("ERRAND_JWT_ISSUER", "the only `iss` that is accepted; empty: any", None)
    jwt_audience: str | None = setting("ERRAND_JWT_AUDIENCE", "the `aud` that a token must name; empty: any", None)
    oidc_issuer: str | None = setting(
        "ERRAND_OIDC_ISSUER",
        "OpenID Connect issuer whose tokens are accepted too; its keys are fetched",
        None,
    )
    claim_check_url: str | None = setting(
        "ERRAND_CLAIM_CHECK_URL",
        "identity server to ask for claims, `GET {url}/{claim}`; empty: the token says",
        None,
    )
    basic_auth: bool = setting("ERRAND_BASIC_AUTH", "admit worker accounts by HTTP Basic", True)
    anonymous: bool = setting("ERRAND_ANONYMOUS", "admit everybody; only in development", False)

    timers: bool = setting("ERRAND_TIMERS", "run timers and asynchronous continuations in this server", True)
    unhandled_bpmn_error: Policy | None = setting(
        "ERRAND_UNHANDLED_BPMN_ERROR",
        "`incident`, `silent`, `reject` or `abort`, for all dialects; empty: as each dialect's original",
        None,
    )
    scripts: str = setting("ERRAND_SCRIPTS", "`javascript`: run the scripts of models, or `off`", "javascript")
    require_history_ttl: bool = setting(
        "ERRAND_REQUIRE_HISTORY_TTL", "refuse a model without `historyTimeToLive`, as Camunda does", False
    )
    engine_name: str = setting("ERRAND_ENGINE_NAME", "name of the engine under `/engine-rest/engine`", "default")
    history_days: int = setting("ERRAND_HISTORY_DAYS", "days for which what has ended is remembered; 0: for ever", 30)

    events: bool = setting("ERRAND_EVENTS", "record what happens, for event streams and webhooks", True)
    event_hours: int = setting("ERRAND_EVENT_HOURS", "hours for which events are kept", 24)
    max_event_streams: int = setting("ERRAND_MAX_EVENT_STREAMS", "most event streams that one process serves", 16)
    webhook_private_addresses: bool = setting(
        "ERRAND_WEBHOOK_PRIVATE_ADDRESSES", "let webhooks reach addresses that are not public", False
    )
    engine_url: str | None = setting(
        "ERRAND_ENGINE_URL", "process engine elsewhere that reports are delivered to; empty: the embedded one", None
    )
    engine_secret: str | None = setting(
        "ERRAND_ENGINE_SECRET", "key that signs what is delivered there: the text, or `file:/path`", None
    )

    max_body_bytes: int = setting("ERRAND_MAX_BODY_BYTES", "longest request body; beyond it 413", 50_000_000)
    max_fetch: int = setting("ERRAND_MAX_FETCH", "most tasks that one fetch may lock", 1000)
    max_results: int = setting(
        "ERRAND_MAX_RESULTS", "most rows that a list of `/engine-rest` may ask for; 0: any number, streamed", 0
    )
    max_silent_expiries: int = setting(
        "ERRAND_MAX_SILENT_EXPIRIES",
        "locks of one task that may end without a report before an incident; 0: any number",
        10,
    )
    bind_worker_id: bool = setting(
        "ERRAND_BIND_WORKER_ID", "a `workerId` must be the caller's name, or begin with it and a colon", False
    )
    max_parked_polls: int = setting(
        "ERRAND_MAX_PARKED_POLLS", "most long polls that one process parks; 0: all threads but 32", 0
    )
    cors_origins: tuple[str, ...] = setting(
        "ERRAND_CORS_ORIGINS", "origins whose pages may call, comma-separated, or `*`", ()
    )
    client_timeout_s: int = setting(
        "ERRAND_CLIENT_TIMEOUT_S",
        "seconds in which a client must send more of its request, or take more of its answer",
        30,
    )
    proxy_hops: int = setting("ERRAND_PROXY_HOPS", "reverse proxies whose X-Forwarded headers are believed", 0)
    deprecation_headers: bool = setting(
        "ERRAND_DEPRECATION_HEADERS", "announce the successor of process-engine.io's first routes", True
    )
    log_level: str = setting("ERRAND_LOG_LEVEL", "`DEBUG` (a line a request), `INFO`, `WARNING` or `ERROR`", "INFO")

    def __repr__(self) -> str:
        """Name the configuration only: the fields hold secrets."""
        return f"<Settings {self.name}>"
