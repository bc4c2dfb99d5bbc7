"""Decisions as a pure library: a DMN file in, decisions out; a decision and variables in, results out.

    parser       the entry: a file becomes decisions, or is refused
    parsing      the steps from XML to decisions
    graph        parsed decisions: immutable, shared
    expressions  cells and expressions in FEEL, JUEL or a script
    feel         FEEL, as Camunda 7.24 evaluates it
    scope        what expressions see
    types        the types of clauses, and what becomes a value of each
    evaluation   a decision with all that it requires
    hit_policies what happens when several rules match
    results      what an evaluation gives, and what history keeps of the way there
    variables    values of decisions as process variables
    context      what an evaluation may ask of the world outside

No database, no Flask, no clock of its own; the costs of an evaluation are counted and limited. What Camunda's engine
cannot do is not done here either (PRIORITY, OUTPUT ORDER); what this library does not know is refused by name when a
file is parsed.
"""
