"""Decisions of a server: deployed, asked by business rule tasks, remembered and forgotten."""

from __future__ import annotations

from typing import Any

import pytest

from app import clock
from app.bpmn.values import Variable
from app.errors import EngineFailed, Forbidden, InvalidInput, ModelRefused, NotFound
from app.identity import Identity
from app.models import DecisionDefinition, DecisionInstance, DecisionRequirementsDefinition
from app.queries.variables import visible_from
from app.records.decision_instances import entries_of
from tests.builders import flow, process
from tests.dmn.builders import decision, definitions, literal, table
from tests.engine.scene import ME, Scene, typed

DAY = 86_400_000
GRADES = table(["n"], [("grade", "string")], [(["> 1"], ['"a"']), (["> 2"], ['"b"'])], "COLLECT")
ONE = definitions(decision("grades", GRADES, attributes=' camunda:versionTag="v1" camunda:historyTimeToLive="P5D"'))
TWO = definitions(decision("total", literal("count(grade)", "total", "integer"), "grades"), decision("grades", GRADES))


def deployed(scene: Scene, content: bytes, name: str = "decisions.dmn", **options: Any) -> Any:
    return scene.components.deployments.deploy(ME, "decisions", [(name, content)], **options)


def asking(attributes: str, inner: str = "", **process_attributes: str) -> str:
    """Return start → business rule task `decide` → user task `after`."""
    return process(
        '<startEvent id="start"/>',
        f'<businessRuleTask id="decide" {attributes}>{inner}</businessRuleTask>',
        '<userTask id="after"/>',
        flow("start", "decide"),
        flow("decide", "after"),
        **process_attributes,
    )


def variables_of(scene: Scene, id: str) -> dict[str, Variable]:
    found: dict[str, Variable] = visible_from(scene.database, id)
    return found


def test_a_decision_gets_a_version_and_keeps_what_the_file_says(scene: Scene) -> None:
    result = deployed(scene, ONE)
    [row] = scene.rows(DecisionDefinition)

    assert (row.key, row.version, row.name, row.category) == ("grades", 1, "Grades", "test")
    assert (row.version_tag, row.history_ttl_days, row.requirements_id) == ("v1", 5, None)
    assert row.id.startswith("grades:1:")
    assert [one.id for one in result.decisions] == [row.id]
    assert scene.count(DecisionRequirementsDefinition) == 0


def test_a_file_with_several_decisions_is_a_graph(scene: Scene) -> None:
    deployed(scene, ONE)
    result = deployed(scene, TWO)

    assert [(one.key, one.version) for one in result.decisions] == [("total", 1), ("grades", 2)]
    [graph] = scene.rows(DecisionRequirementsDefinition)
    assert {one.requirements_id for one in result.decisions} == {graph.id}
    assert (graph.key, graph.version, graph.name) == ("file", 1, "File")


def test_versions_are_counted_by_tenant(scene: Scene) -> None:
    for tenant_id in (None, "a", "a"):
        deployed(scene, ONE, tenant_id=tenant_id)

    found = [(row.tenant_id, row.version) for row in scene.rows(DecisionDefinition)]
    assert sorted(found, key=str) == [("a", 1), ("a", 2), (None, 1)]


def test_the_same_file_again_is_a_duplicate(scene: Scene) -> None:
    deployed(scene, ONE, duplicate_filtering=True)

    assert deployed(scene, ONE, duplicate_filtering=True).duplicate is True
    assert scene.count(DecisionDefinition) == 1


def test_a_key_stands_in_one_file_of_a_deployment(scene: Scene) -> None:
    with pytest.raises(ModelRefused, match="definitions with the same key 'grades'"):
        scene.components.deployments.deploy(ME, "both", [("a.dmn", ONE), ("b.dmn", TWO)])


def test_a_broken_file_is_refused_with_everything_else(scene: Scene) -> None:
    with pytest.raises(ModelRefused) as refused:
        deployed(scene, ONE.replace(b"&gt; 1", b"&gt; &gt; 1"))

    assert refused.value.resource == "decisions.dmn"
    assert scene.count(DecisionDefinition) == 0


def test_deleting_a_deployment_removes_its_decisions(scene: Scene) -> None:
    result = deployed(scene, TWO)
    scene.components.decisions.evaluate(ME, result.decisions[0].id, typed({"n": 3}))
    scene.components.deployments.delete(ME, result.deployment.id)

    assert (scene.count(DecisionDefinition), scene.count(DecisionRequirementsDefinition)) == (0, 0)
    assert scene.count(DecisionInstance) == 2
    with pytest.raises(NotFound):
        scene.components.decisions.evaluate(ME, result.decisions[0].id, {})


def test_deleting_with_cascade_forgets_what_was_decided(scene: Scene) -> None:
    result = deployed(scene, TWO)
    scene.components.decisions.evaluate(ME, result.decisions[0].id, typed({"n": 3}))
    scene.components.deployments.delete(ME, result.deployment.id, cascade=True)

    assert scene.count(DecisionInstance) == 0


@pytest.mark.parametrize(
    ("mapping", "value"),
    [
        (None, Variable("Object", '[{"grade":"a"}]')),
        ("resultList", Variable("Object", '[{"grade":"a"}]')),
        ("singleResult", Variable("Object", '{"grade":"a"}')),
        ("singleEntry", Variable("String", "a")),
        ("collectEntries", Variable("Object", '["a"]')),
    ],
)
def test_the_result_is_mapped_to_the_result_variable(scene: Scene, mapping: str | None, value: Variable) -> None:
    deployed(scene, ONE)
    mapped = f' camunda:mapDecisionResult="{mapping}"' if mapping else ""
    scene.deploy(asking(f'camunda:decisionRef="grades" camunda:resultVariable="r"{mapped}'))
    found = variables_of(scene, scene.start(n=2))["r"]

    assert (found.type, found.value) == (value.type, value.value)


def test_a_result_that_does_not_fit_rolls_everything_back(scene: Scene) -> None:
    deployed(scene, ONE)
    attributes = 'camunda:decisionRef="grades" camunda:resultVariable="r" camunda:mapDecisionResult="singleEntry"'
    scene.deploy(asking(attributes))

    with pytest.raises(EngineFailed, match="ENGINE-22001 The decision result mapper 'SingleEntryDecisionResultMapper"):
        scene.start(n=3)
    assert scene.count(DecisionInstance) == 0


def test_output_parameters_see_the_whole_result_and_nobody_after_them(scene: Scene) -> None:
    deployed(scene, ONE)
    outputs = "".join(
        f'<camunda:outputParameter name="{name}">${{{text}}}</camunda:outputParameter>'
        for name, text in {
            "first": "decisionResult[0].grade",
            "second": "decisionResult.get(1).getEntry('grade')",
            "size": "decisionResult.size()",
            "all": "decisionResult.collectEntries('grade')",
            "whole": "decisionResult",
        }.items()
    )
    inner = f"<extensionElements><camunda:inputOutput>{outputs}</camunda:inputOutput></extensionElements>"
    scene.deploy(asking('camunda:decisionRef="grades"', inner))
    found = variables_of(scene, scene.start(n=3))

    assert {name: one.value for name, one in found.items()} == {
        "n": 3,
        "first": "a",
        "second": "b",
        "size": 2,
        "all": '["a","b"]',
        "whole": '[{"grade":"a"},{"grade":"b"}]',
    }


def test_a_listener_in_javascript_sees_the_whole_result(scene: Scene) -> None:
    deployed(scene, ONE)
    script = """
        execution.setVariable("first", decisionResult.getFirstResult().getEntry("grade"));
        execution.setVariable("second", decisionResult.get(1).grade);
        execution.setVariable("size", decisionResult.size());
        execution.setVariable("all", decisionResult.collectEntries("grade"));
        execution.setVariable("whole", decisionResult);
        try { decisionResult.getSingleEntry(); } catch (error) { execution.setVariable("error", error.message); }
    """
    inner = (
        '<extensionElements><camunda:executionListener event="end"><camunda:script scriptFormat="javascript">'
        f"{script}</camunda:script></camunda:executionListener></extensionElements>"
    )
    scene.deploy(asking('camunda:decisionRef="grades"', inner))
    found = variables_of(scene, scene.start(n=3))

    assert {name: one.value for name, one in found.items()} == {
        "n": 3,
        "first": "a",
        "second": "b",
        "size": 2,
        "all": '["a","b"]',
        "whole": '[{"grade":"a"},{"grade":"b"}]',
        "error": "Unable to get single decision result as it has more than one",
    }


def test_a_decision_sees_input_parameters(scene: Scene) -> None:
    deployed(scene, ONE)
    parameter = '<camunda:inputParameter name="n">${5}</camunda:inputParameter>'
    inner = f"<extensionElements><camunda:inputOutput>{parameter}</camunda:inputOutput></extensionElements>"
    scene.deploy(asking('camunda:decisionRef="grades" camunda:resultVariable="r"', inner))

    assert variables_of(scene, scene.start(n=0))["r"].value == '[{"grade":"a"},{"grade":"b"}]'


BY_BINDING = [
    ('camunda:decisionRef="gone"', "key 'gone' and tenant-id 'null'"),
    (
        'camunda:decisionRef="grades" camunda:decisionRefBinding="version" camunda:decisionRefVersion="7"',
        "key = 'grades', version = '7' and tenant-id 'null'",
    ),
    (
        'camunda:decisionRef="grades" camunda:decisionRefBinding="versionTag" camunda:decisionRefVersionTag="v9"',
        "key = 'grades', versionTag = 'v9' and tenant-id 'null'",
    ),
    ('camunda:decisionRef="grades" camunda:decisionRefTenantId="t"', "key 'grades' and tenant-id 't'"),
]


@pytest.mark.parametrize(("attributes", "told"), BY_BINDING)
def test_a_decision_that_is_not_deployed_fails_in_camundas_words(scene: Scene, attributes: str, told: str) -> None:
    deployed(scene, ONE)
    scene.deploy(asking(attributes))

    with pytest.raises(EngineFailed) as failed:
        scene.start(n=1)
    assert failed.value.message == f"no decision definition deployed with {told}: decisionDefinition is null"


def test_bindings_choose_the_version(scene: Scene) -> None:
    deployed(scene, ONE)
    other = ONE.replace(b'"a"', b'"z"').replace(b'versionTag="v1"', b'versionTag="v2"')
    together = asking(
        'camunda:decisionRef="grades" camunda:decisionRefBinding="deployment" camunda:resultVariable="r"', id="together"
    )
    files = [("d.dmn", other), ("p.bpmn", together.encode())]
    scene.components.deployments.deploy(ME, "both", files)
    deployed(scene, ONE.replace(b'"a"', b'"y"').replace(b'versionTag="v1"', b'versionTag="v3"'))
    version = 'camunda:decisionRefBinding="version" camunda:decisionRefVersion="${2 - 1}"'
    tag = 'camunda:decisionRefBinding="versionTag" camunda:decisionRefVersionTag="v2"'
    for key, binding in {"latest": "", "version": version, "tag": tag}.items():
        scene.deploy(asking(f'camunda:decisionRef="${{name}}" camunda:resultVariable="r" {binding}', id=key))

    results = {
        key: variables_of(scene, scene.start(key, n=2, name="grades"))["r"].value
        for key in ("latest", "version", "tag", "together")
    }
    assert results == {
        "latest": '[{"grade":"y"}]',
        "version": '[{"grade":"a"}]',
        "tag": '[{"grade":"z"}]',
        "together": '[{"grade":"z"}]',
    }


def test_a_process_asks_the_decisions_of_its_tenant(scene: Scene) -> None:
    deployed(scene, ONE, tenant_id="a")
    scene.deploy(asking('camunda:decisionRef="grades" camunda:resultVariable="r"'), tenant_id="a")
    definition = scene.engine.definitions.latest("process", "a")
    started = scene.components.process_instances.start(ME, definition_id=definition.id, variables=typed({"n": 2}))

    assert variables_of(scene, started.id)["r"].value == '[{"grade":"a"}]'


def test_history_tells_what_was_decided_where(scene: Scene) -> None:
    deployed(scene, TWO)
    scene.deploy(asking('camunda:decisionRef="total" camunda:resultVariable="r"'))
    with clock.frozen():
        id = scene.start(n=3)
        now = clock.now_ms()
    root, required = sorted(scene.rows(DecisionInstance), key=lambda row: row.root_decision_instance_id or "")

    assert (root.decision_definition_key, required.decision_definition_key) == ("total", "grades")
    assert required.root_decision_instance_id == root.id
    for row in (root, required):
        assert (row.process_instance_id, row.root_id, row.activity_id, row.evaluated_at) == (id, id, "decide", now)
        assert (row.definition_key, row.removal_at, row.user_id) == ("process", None, None)
    [(entry, value)] = entries_of(required.inputs)
    assert (entry["clause_id"], entry["clause_name"], value.type, value.value) == ("t_i0", "n", "Long", 3)
    assert [
        (entry["rule_id"], entry["rule_order"], entry["variable_name"], value.value)
        for entry, value in entries_of(required.outputs)
    ] == [("t_r0", 1, "grade", "a"), ("t_r1", 2, "grade", "b")]
    [(entry, value)] = entries_of(root.outputs)
    assert (entry["variable_name"], value.type, value.value) == ("total", "Integer", 2)


def test_what_a_process_decided_is_forgotten_with_it(scene: Scene) -> None:
    deployed(scene, TWO)
    scene.deploy(asking('camunda:decisionRef="total"', historyTimeToLive="P1D"))
    with clock.frozen():
        id = scene.start(n=3)
        scene.components.process_instances.delete(ME, id)
        clock.advance(DAY)
        scene.components.retention.clean_up()

    assert scene.count(DecisionInstance) == 0


def test_an_evaluation_by_itself_is_kept_for_its_time_to_live(scene: Scene) -> None:
    [row] = deployed(scene, ONE).decisions
    with clock.frozen():
        result = scene.components.decisions.evaluate(ME, row.id, typed({"n": 3}))
        [kept] = scene.rows(DecisionInstance)
        assert result.result_list() == [{"grade": "a"}, {"grade": "b"}]
        assert (kept.removal_at, kept.user_id) == (clock.now_ms() + 5 * DAY, "tester")
        clock.advance(5 * DAY - 1)
        scene.components.retention.clean_up()
        assert scene.count(DecisionInstance) == 1
        clock.advance(1)
        scene.components.retention.clean_up()
    assert scene.count(DecisionInstance) == 0


def test_a_time_to_live_can_be_changed(scene: Scene) -> None:
    [row] = deployed(scene, ONE).decisions
    decisions = scene.components.decisions
    decisions.set_history_ttl(ME, row.id, None)
    with clock.frozen():
        decisions.evaluate(ME, row.id, {})
        assert scene.rows(DecisionInstance)[0].removal_at == clock.now_ms() + 30 * DAY
    with pytest.raises(InvalidInput):
        decisions.set_history_ttl(ME, row.id, -1)
    with pytest.raises(NotFound):
        decisions.set_history_ttl(ME, "gone", 1)


def test_a_failed_evaluation_leaves_nothing(scene: Scene) -> None:
    [row] = deployed(scene, ONE.replace(b'"COLLECT"', b'"UNIQUE"')).decisions

    with pytest.raises(EngineFailed, match="DMN-03001"):
        scene.components.decisions.evaluate(ME, row.id, typed({"n": 3}))
    assert scene.count(DecisionInstance) == 0


def test_evaluating_needs_the_claim(scene: Scene) -> None:
    [row] = deployed(scene, ONE).decisions

    with pytest.raises(Forbidden):
        scene.components.decisions.evaluate(Identity("nobody"), row.id, {})


def test_an_aggregation_is_kept_as_a_number(scene: Scene) -> None:
    summed = table(["n"], [("o", "integer")], [(["> 1"], ["1"]), (["> 2"], ["2"])], "COLLECT", "SUM")
    [row] = deployed(scene, definitions(decision("sum", summed))).decisions
    scene.components.decisions.evaluate(ME, row.id, typed({"n": 3}))

    assert scene.rows(DecisionInstance)[0].collect_result == 3.0


def test_dates_are_kept_as_dates_and_texts(scene: Scene) -> None:
    dates = table(["d", "date(d)"], ["o"], [(["?.year = 2026", "?.month = 1"], ["1"])])
    [row] = deployed(scene, definitions(decision("dates", dates))).decisions
    scene.components.decisions.evaluate(ME, row.id, {"d": Variable("Date", 1_767_225_600_000)})
    values = [value for _, value in entries_of(scene.rows(DecisionInstance)[0].inputs)]

    assert [(value.type, value.value) for value in values] == [("Date", 1_767_225_600_000), ("String", "2026-01-01")]


def test_another_process_finds_a_decision_that_it_did_not_deploy(scene: Scene) -> None:
    [row] = deployed(scene, ONE).decisions
    scene.engine.decisions.forget([row.id])

    assert scene.components.decisions.evaluate(ME, row.id, typed({"n": 2})).result_list() == [{"grade": "a"}]
