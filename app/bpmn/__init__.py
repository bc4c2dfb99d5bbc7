"""The process engine as a pure library: XML in, graph out; state and command in, delta out.

    vocabulary   the flow nodes of BPMN, a row each; what events and behaviours there are
    states       what instances, tasks, jobs, subscriptions and incidents can be, and who moves each on
    limits       how large a model may be
    parser       the entry: a file becomes processes, or is refused
    surroundings what a file is read with: the other files of its deployment, the check of scripts
    validation   everything in a file that does not run
    parsing      the steps from XML to graph
    graph        a parsed process: immutable, shared
    forms        the forms of start events and user tasks, as data
    form_values  what a form shows, and what submitting it stores
    form_dates   dates in the patterns of forms
    values       variables as values
    plain_json   variables as one JSON object, the token of 5Minds
    expressions  the expression language, JUEL
    timers       dates, durations, cycles
    commands     what can happen to an instance
    bindings     which version of a definition a call means
    context      what a run may ask of the world outside
    decisions    what a run asks of decisions, which come in by the context
    scripts      what a run asks of a script engine, which comes in by the context
    execution    one command on one state
    migration    process instances move to another definition
    delta        what it changed

No database, no Flask, no clock of its own. `parser.parse` turns a model into `graph.Process` objects; `execution.run`
applies one command (`commands`) to a state and returns what changed (`delta`).
"""
