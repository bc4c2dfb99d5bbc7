"""The dialect of process-engine.io: `/api/external_task/v1`, `/api/consumer/v1` and `/api/management/v1`.

dialect                 paths, statuses and words of errors
blueprints              one for each base path
external_tasks          the five routes of workers; task_json and external_task_schemas beside them
process_models, deployments, process_instances, token_history, user_tasks, events, information
                        what studios and clients need around them

    blueprints             The base paths of process-engine.io, a chapter of the documentation each, and the blueprints
                           of resources at them.
    deployments            Deploying a model by name, and deleting it.
    dialect                The dialect of process-engine.io, first and second generation: its paths and the body of its
                           errors.
    events                 Events that wait, and triggering them: messages and signals.
    external_task_schemas  Bodies of the external task routes of process-engine.io.
    external_tasks         The five routes of the external task API, under its first base path and under the consumer
                           API's.
    information            What studios ask before anything else: which server this is, and who issues its tokens.
    pages                  Lists of the consumer and management API: `offset` and `limit`, the items under a name of
                           their own, and a count.
    process_instances      Process instances and correlations: whose they are, how they stand, how they ended.
    process_model_schemas  Bodies and query strings about process models.
    process_models         Process models: the latest version of each process, its events, and starting it.
    task_json              A locked external task as process-engine.io writes it.
    token_history          Flow node instances and token history of the management API: what ran, when, and with which
                           token.
    resources              All resources of the dialect, in the order of their documentation.
    user_tasks             User tasks of the consumer and management API: listing what waits, finishing one.
"""
