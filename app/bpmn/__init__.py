"""The process engine as a pure library: XML in, graph out; state and command in, delta out.

No database, no Flask, no clock of its own. `parser.parse` turns a model into `graph.Process` objects; `execution.run`
applies one command (`commands`) to a state and returns what changed (`delta`).
"""
