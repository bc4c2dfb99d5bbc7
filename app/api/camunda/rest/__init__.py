"""The machinery of the dialect: how it reads requests, says no, pages lists and writes JSON.

binary             Variables that are bytes: their content as a download.
blueprint          The blueprint of every Camunda resource: error bodies, the named form of the path, response headers.
coercion           Fields that read JSON as Jackson does, and query parameters as Camunda does.
dates              Dates on the wire: `2015-10-06T16:34:42.000+0200`, exactly three digits of milliseconds, an offset
                   without colon; ours is UTC.
errors             Camunda's words for every refusal: `{"type", "message", "code"}` and a status.
form               The parts of a multipart form, whether they were sent as a field or as a file.
forms              Forms as answers: the key or reference of one, its fields as variables, the deployed file that it is
                   in.
instructions       Instructions to start or cancel activities, in the bodies of start and modification.
links              Where a resource is: the links of answers, under the same form of the path as the request.
list_routes        List and count of a resource, by GET and POST: the same four routes for all, made of the words that
                   each declares.
migration_refusal  Plans and instances that cannot be migrated: the reports that Camunda puts beside the text.
operation_body     Bodies of operations on many things: a word that is dropped there would widen what the operation
                   hits.
paging             What every list route shares: paging by query parameter, sorting by query parameter or body, counts.
parse_refusal      A model that cannot be deployed: Camunda's `ParseException` with its details.
paths              Paths as the resources know them: single slashes, none at the end, and without the name of the
                   engine.
refusal_texts      Refusals that a route tells in its own words, with the engine's texts inside them: `Cannot complete
                   task 42: …`.
refused_filters    Filters that Camunda knows and Errand cannot keep: refused by name, because a filter that is dropped
                   selects all.
rendered_form      The fields of a form as HTML, as Camunda's task list takes it; every text of the model is escaped.
resource_json      The JSON of a resource as data: one declaration says what each property is read from, and documents
                   it.
routes             Routes in one line each: `routes_of` for a decorator, `add_route` where one view stands under several
                   paths.
streaming          Lists of any length: sent while they are read, so that no list fills the memory.
suspension         Suspend and activate definitions and instances: which ones a body names, and how a wrong choice is
                   refused.
values             One variable as JSON, both ways: `{"value", "type", "valueInfo"}`.
variable_filters   Conditions on variables in a list's filters: `name_operator_value,…` as a query parameter, objects in
                   a body.
variable_routes    The variables of an execution or a task: the same seven routes wherever a resource has some.
variables          Maps of variables: the field that requests carry, and the object that answers carry.
"""
