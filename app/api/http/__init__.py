"""Flask, and the short ways from a hot request to its view and back.

bodies        The bodies of requests: read whole, within the limit, once.
plain_routes  Routes that two look-ups find: those without a variable, and those whose only one is the last part but
              one.
responses     Answers that are complete when they are made.
server        Flask, without what it does at every request for features that no route here has.
"""
