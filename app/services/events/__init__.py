"""Events: told inside the transaction that makes them true, kept for a short time, sent on to whoever wants them.

`telling` is where services and engine say what happened, `journal` keeps it, `feed` reads it in the order of commits,
`streams` and `webhooks` hand it out. docs/events.md lists the events.

bell        Wake whoever waits for events, in this process and in the others.
deliverer   The thread of a process that sends messages to webhooks and to the process engine elsewhere.
deliveries  The queue of messages: claimed by one process, in order for each process instance, tried until they are
            taken.
events      The parts of events of one process, wired: what is told is kept, streamed and sent on.
fan_out     From events to the messages that wait for webhooks: each event once for each webhook, whichever process
            looks.
feed        Read the events in an order that never changes: none is passed over, whenever its transaction commits.
journal     Write the events of a transaction as one row of it, the last thing before its commit.
outbox      The other receiver of reports: they are kept in the worker's transaction and sent to a process engine
            elsewhere.
posting     Send one message by HTTP: only to where it may go, never following anybody elsewhere, never waiting for
            long.
retention   Forget events that have been kept long enough, in small pieces.
selection   Which events somebody wants, and which ones may be seen.
signing     Signatures of what is sent to webhooks, as Standard Webhooks describes them
            (https://www.standardwebhooks.com).
streams     Streams of server-sent events: each is one thread that waits for the bell and reads on from where it is.
webhooks    Webhooks: registered by administrators, told of the events that they selected.
"""
