"""Nothing that the dialects of 5Minds offer is ever found half done: another request comes at the worst moment."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.api.components import Components, components_of
from app.database.database import Database
from app.models import Deployment, ProcessDefinition, UserTask
from tests.builders import bearer, external_task, one_task
from tests.dialects.atlas.cube import call, deploy, start
from tests.dialects.camunda.rest import line, user_task
from tests.dialects.process_engine.five_minds import CONSUMER
from tests.engine.scene import ME
from tests.meanwhile import meanwhile


@pytest.fixture
def components(app: Flask) -> Components:
    """Return the services, for what happens meanwhile."""
    return components_of(app)


def count(database: Database, table: Any) -> int:
    return int(database.read(table.select().count))


def test_a_process_keeps_all_its_versions_when_one_of_them_cannot_go(client: FlaskClient, database: Database) -> None:
    deploy(client, line(external_task("first")))
    deploy(client, line(external_task("second")))
    start(client)
    answer = call(client, "DELETE", "/process_models/process")
    assert (answer.status_code, count(database, Deployment), count(database, ProcessDefinition)) == (409, 2, 2)
    assert call(client, "DELETE", "/process_models/process", delete_all_related_data="true").status_code == 204
    assert (count(database, Deployment), count(database, ProcessDefinition)) == (0, 0)


def test_a_version_that_is_deployed_meanwhile_goes_with_the_others(client: FlaskClient, database: Database) -> None:
    deploy(client, line(external_task("first")))
    with meanwhile(database, lambda: deploy(client, line(external_task("second")))) as writes:
        assert call(client, "DELETE", "/process_models/process").status_code == 204
    assert (count(database, Deployment), writes.count) == (0, 1)


def test_of_two_uploads_that_may_not_overwrite_the_second_is_refused(client: FlaskClient, database: Database) -> None:
    second = {"xml": [line(external_task("second"))], "overwriteExisting": False}
    with meanwhile(database, lambda: deploy(client, line(external_task("first")), overwrite=False)) as writes:
        answer = call(client, "POST", "/process_definitions", second)
    text = "Process definition with the name 'process' already exists."
    assert (answer.status_code, answer.get_json()["message"]) == (409, text)
    assert (count(database, Deployment), writes.count) == (1, 1)


def test_of_two_uploads_of_the_same_file_one_is_kept(client: FlaskClient, database: Database) -> None:
    with meanwhile(database, lambda: deploy(client, one_task(), overwrite=False)) as writes:
        deploy(client, one_task(), overwrite=False)
    assert (count(database, Deployment), writes.count) == (1, 1)


def test_an_instance_that_is_forgotten_meanwhile_does_not_keep_others_from_it(
    client: FlaskClient, database: Database, components: Components
) -> None:
    deploy(client)
    ids = [start(client)["processInstanceId"] for _ in range(3)]
    for id in ids:
        components.process_instances.delete(ME, id)
    with meanwhile(database, lambda: components.retention.remove(ME, ids[0])) as writes:
        answer = call(client, "DELETE", "/process_instances", processModelId="process")
    assert (answer.status_code, writes.count) == (204, 1)
    assert call(client, "GET", "/process_instances/query").get_json()["totalCount"] == 0


@pytest.mark.parametrize("verb", [("PUT", "finish"), ("PUT", "reserve"), ("DELETE", "cancel-reservation")])
def test_a_user_task_that_ends_meanwhile_is_told_as_one_that_does_not_wait(
    client: FlaskClient, database: Database, components: Components, verb: tuple[str, str]
) -> None:
    deploy(client, line(user_task()))
    start(client)
    [task] = database.read(lambda: list(UserTask.select()))
    bare = task.activity_instance_id.rpartition(":")[2]
    with meanwhile(database, lambda: components.user_tasks.complete(ME, task.id)) as writes:
        answer = call(client, verb[0], f"/user_tasks/{bare}/{verb[1]}", {})
    text = f"There is no waiting user task with id '{bare}'."
    assert (answer.status_code, answer.get_json()["message"], writes.count) == (404, text, 1)


def test_a_user_task_of_process_engine_that_ends_meanwhile_is_told_in_its_words(
    client: FlaskClient, database: Database, components: Components
) -> None:
    deploy(client, line(user_task()))
    instance = start(client)
    [task] = database.read(lambda: list(UserTask.select()))
    bare = task.activity_instance_id.rpartition(":")[2]
    place = f"/processes/{instance['processInstanceId']}/correlations/{instance['correlationId']}"
    with meanwhile(database, lambda: components.user_tasks.complete(ME, task.id)) as writes:
        answer = client.post(f"{CONSUMER}{place}/usertasks/{bare}/finish", json={}, headers=bearer())
    text = f"There is no waiting UserTask with instance id '{bare}'."
    assert (answer.status_code, answer.get_json()["message"], writes.count) == (404, text, 1)


def test_a_process_is_disabled_with_one_look_at_it(client: FlaskClient, database: Database) -> None:
    deploy(client)
    with meanwhile(database, lambda: None) as writes:
        assert call(client, "POST", "/process_models/process/disable").status_code == 204
        unknown = call(client, "POST", "/process_models/nothing/disable")
    assert (unknown.status_code, unknown.get_json()["message"]) == (
        404,
        "There is no process definition with id 'nothing'.",
    )
    assert (writes.count, database.read(lambda: [row.suspended for row in ProcessDefinition.select()])) == (2, [True])
