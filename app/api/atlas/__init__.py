"""The dialect of ProcessCube, the third generation of process-engine.io: `/atlas_engine/api/v1`.

dialect            base path, statuses and words of errors, the blueprint
external_tasks     the routes of workers; task_json and external_task_schemas beside them
process_models, process_instances, flow_nodes, user_tasks, events, information
                   what clients need around them; queries reads their query strings

    dialect                The dialect of ProcessCube (once Atlas Engine): its base path, its blueprint and the body of
                           its errors.
    events                 Triggering messages and signals in ProcessCube's way.
    external_task_schemas  Bodies of ProcessCube's external task routes.
    external_tasks         ProcessCube's external task routes.
    flow_nodes             ProcessCube's flow node instances: the list that its clients ask for user tasks, events and
                           everything else.
    information            What ProcessCube's clients ask before anything else.
    process_instances      ProcessCube's process instances and correlations.
    process_model_schemas  Bodies about ProcessCube's process definitions and models.
    process_models         ProcessCube's process definitions (files) and process models (the processes in them), and
                           starting.
    queries                Query strings of ProcessCube's lists: values with commas, `{operator, searchParams}`, paging,
                           sorting, instants.
    task_json              A locked external task as ProcessCube writes it.
    resources              All resources of the dialect, in the order of their documentation.
    user_tasks             ProcessCube's user tasks: reserving and finishing; manual and untyped tasks do not wait in
                           this engine.
"""
