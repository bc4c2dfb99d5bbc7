"""Camunda's published API document, as the Maven artifact `camunda-engine-rest-openapi` carries it."""

from __future__ import annotations

import json
import shutil
import subprocess
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

VERSION = "7.24.0"
ARTIFACT = f"org.camunda.bpm:camunda-engine-rest-openapi:{VERSION}"
PLUGIN = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy"
METHODS = ("get", "post", "put", "delete", "options")
Json = Mapping[str, Any]


class Unavailable(Exception):
    """What the sweep needs is not on this machine."""


@dataclass(frozen=True)
class Parameter:
    """One query parameter: its JSON type, its format, and the values that the document lists."""

    name: str
    type: str
    format: str | None
    values: tuple[str, ...]


@dataclass(frozen=True)
class Operation:
    """One operation; `body` is the schema of its JSON body, resolved, None without one."""

    method: str
    path: str
    parameters: tuple[Parameter, ...]
    body: Json | None
    form: bool

    @property
    def name(self) -> str:
        """Return `GET /task/{id}`."""
        return f"{self.method} {self.path}"


def operations(cache: Path) -> list[Operation]:
    """Return every operation of the document, sorted by path. Raises Unavailable."""
    document = _document(cache)
    schemas = document["components"]["schemas"]
    found = [
        _operation(method, path, operation, schemas)
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if method in METHODS
    ]
    return sorted(found, key=lambda each: (each.path, each.method))


def _document(cache: Path) -> Any:
    archive = cache / f"camunda-engine-rest-openapi-{VERSION}.jar"
    if not archive.exists():
        _download(cache)
    with zipfile.ZipFile(archive) as opened:
        return json.loads(opened.read("openapi.json"))


def _download(cache: Path) -> None:
    maven = shutil.which("mvn")
    if maven is None:
        raise Unavailable(f"The sweep reads {ARTIFACT}; install Maven (mvn), or put its jar into {cache}.")
    cache.mkdir(parents=True, exist_ok=True)
    command = [maven, "-q", "-B", PLUGIN, f"-Dartifact={ARTIFACT}", f"-DoutputDirectory={cache}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Unavailable(f"Maven could not fetch {ARTIFACT}:\n{done.stdout[-2000:]}")


def _operation(method: str, path: str, operation: Json, schemas: Json) -> Operation:
    parameters = tuple(_parameter(each) for each in operation.get("parameters", ()) if each["in"] == "query")
    content = operation.get("requestBody", {}).get("content", {})
    body = next((_resolved(each["schema"], schemas, 0) for each in content.values()), None)
    return Operation(method.upper(), path, parameters, body, "multipart/form-data" in content)


def _parameter(parameter: Json) -> Parameter:
    schema = parameter.get("schema", {})
    return Parameter(
        parameter["name"], schema.get("type", "string"), schema.get("format"), tuple(schema.get("enum", ()))
    )


def _resolved(schema: Json, schemas: Json, depth: int) -> Json:
    """Return the schema with its references in place; `orQueries` refer to themselves and end at the third level."""
    if "$ref" in schema:
        schema = schemas[schema["$ref"].rsplit("/", 1)[1]]
    merged = dict(schema)
    for part in schema.get("allOf", ()):
        part = _resolved(part, schemas, depth)
        merged["properties"] = {**merged.get("properties", {}), **part.get("properties", {})}
    if depth > 3:
        return merged
    if "properties" in merged:
        merged["properties"] = {
            name: _resolved(each, schemas, depth + 1) for name, each in merged["properties"].items()
        }
    if "items" in merged:
        merged["items"] = _resolved(merged["items"], schemas, depth + 1)
    return merged


def properties(schema: Json | None) -> Iterator[tuple[str, Json]]:
    """Yield the members of an object's schema."""
    yield from (schema or {}).get("properties", {}).items()
