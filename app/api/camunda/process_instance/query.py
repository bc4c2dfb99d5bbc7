"""What the list of process instances takes, also inside the bodies of batches."""

from __future__ import annotations

from app.api.camunda.rest.list_routes import IGNORING_CASE, TENANTS, ListQuery
from app.queries.process_instances import PROCESS_INSTANCES

QUERY = ListQuery(
    "ProcessInstance",
    PROCESS_INSTANCES,
    filters={
        "processInstanceIds": "ids",
        "businessKey": "business_key",
        "businessKeyLike": "business_key_like",
        "processDefinitionId": "definition_id",
        "processDefinitionKey": "definition_key",
        "processDefinitionKeyIn": "definition_keys",
        "processDefinitionKeyNotIn": "definition_keys_excluded",
        "deploymentId": "deployment_id",
        "rootProcessInstanceId": "root_instance_id",
        "superProcessInstance": "super_instance_id",
        "subProcessInstance": "sub_instance_id",
        "caseInstanceId": "case_instance_id",
        "superCaseInstance": "super_case_instance_id",
        "subCaseInstance": "sub_case_instance_id",
        "active": "active",
        "suspended": "suspended",
        "withIncident": "with_incident",
        "incidentId": "incident_id",
        "incidentType": "incident_kind",
        "incidentMessage": "incident_message",
        "incidentMessageLike": "incident_message_like",
        "activityIdIn": "activity_ids",
        "rootProcessInstances": "roots",
        "leafProcessInstances": "leaves",
        "processDefinitionWithoutTenantId": "definition_without_tenant",
        "variables": "variables",
        **IGNORING_CASE,
        **TENANTS,
    },
    orders={
        "instanceId": "id",
        "definitionKey": "definition_key",
        "definitionId": "definition_id",
        "tenantId": "tenant_id",
        "businessKey": "business_key",
    },
    alternatives=True,
)
