"""Find everything in a BPMN file that this engine does not run, before anything is read from it.

    checks       all of what follows, in its order
    findings     collect problems and warnings, each at its element
    places       lines and columns
    model        the executable processes of a file as scopes, nodes and flows
    elements     the names of all elements of BPMN 2.0
    document     what must hold for any file: size, ids, namespaces
    declarations messages, signals, errors, escalations, and who refers to them
    subscriptions no scope waits twice for the same
    starts       start events of processes, subprocesses and event subprocesses
    events       intermediate, boundary and end events
    timers       definitions of timers, cycles of retries
    flows        sequence flows, gateways, links
    compensation boundary events, handlers, throw events, cancel
    activities   tasks, calls, repetition
    decisions    which decision a business rule task asks
    code         what would run code: delegates, connectors
    scripts      scripts and conditions in a language that runs here
    listeners    listeners that hold an expression or a script
    extensions   what belongs to Camunda's extensions: mappings, and what has no effect here
    forms        fields, constraints and references of forms
    expressions  whether every expression compiles

Messages are those of Camunda 7 where it refuses the same thing; where only this engine refuses, they say what to do
instead.
"""

from app.bpmn.validation.checks import validate
from app.bpmn.validation.findings import Findings

__all__ = ["Findings", "validate"]
