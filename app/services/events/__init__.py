"""Events: told inside the transaction that makes them true, kept for a short time, sent on to whoever wants them.

`telling` is where services and engine say what happened, `journal` keeps it, `feed` reads it in the order of commits,
`streams` and `webhooks` hand it out. docs/events.md lists the events.
"""
