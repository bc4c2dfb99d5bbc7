*** Comments ***
Deploy, start an order and work with robotframework-camunda.

*** Settings ***
Library     CamundaLibrary    http://localhost
Library     Collections


*** Variables ***
@{SEEN}


*** Tasks ***
Work
    Set Camunda Configuration    ${{{'host': $SERVER, 'api_key': $TOKEN, 'api_key_prefix': 'Bearer'}}}
    Deploy    ${MODEL}
    Start Process    order    ${{{'amount': 40}}}    business_key=${KEY}
    WHILE    True    limit=10 minutes
        ${order} =    Fetch Workload    charge    async_response_timeout=${500}
        IF    $order    Charge    ${order}
        ${order} =    Fetch Workload    dun    async_response_timeout=${500}
        IF    $order    Complete Task
    END


*** Keywords ***
Charge
    [Documentation]    Fail once, then refuse a large amount and take a small one.
    [Arguments]    ${order}
    ${task} =    Get Fetch Response
    IF    $task['id'] not in $SEEN
        Append To List    ${SEEN}    ${task}[id]
        Notify Failure
        ...    error_message=no connection
        ...    error_details=stack of the failure
        ...    retries=${2}
        ...    retry_timeout=${1}
    ELSE IF    ${order}[amount] > 100
        Throw Bpmn Error    DECLINED    limit reached    ${{{'limit': 100}}}
    ELSE
        Complete Task    ${{{'receipt': 'R-1', 'lines': {'sku': ['a', 'b']}}}}    ${{{'invoice': $INVOICE}}}
    END
