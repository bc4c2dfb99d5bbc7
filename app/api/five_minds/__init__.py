"""What process-engine.io and ProcessCube, the dialects of 5Minds, share: lenient fields, words of errors, forms.

blueprint           The blueprint of 5Minds' dialects: one view may stand at many routes, so an endpoint is called
                    after its route.
bodies              What request bodies of all 5Minds generations have in common.
errors              What 5Minds' engines say to a refusal: status, message and further information, one table for
                    all generations.
fetching            Fetching as all generations do it: some topics, a worker, a time to wait; each task with its
                    payload and starter.
forms               The file of a model, and the forms of its user tasks.
lenient             Fields of requests as JavaScript clients send them: numbers as text, numbers for texts, more
                    than a limit allows.
payload_expression  The `payload` of a 5Minds model: an extension property that says what a worker gets instead of
                    the whole token.
payload_filter      A worker's filter on payloads: a JavaScript regular expression, `/urgent/i` or bare, over the
                    payload's JSON text.
server              Name and version of this server.
topic_first         403 before 400: whose token does not cover the topic hears that, and nothing of what is wrong
                    with the body.
"""
