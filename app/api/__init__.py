"""The HTTP side: one package a dialect, each a translation of words in, one service call, words out.

atlas               The dialect of ProcessCube, the third generation of process-engine.io: `/atlas_engine/api/v1`.
camunda             The dialect of Camunda 7, Operaton and CIB seven under /engine-rest: one file per resource, its
                    schemas beside it.
components          The components of the running application, for whoever answers a request.
dialect             What all dialects share: who is calling, what may be sent and accepted, and how a refusal is
                    answered.
documentation       The description of all routes (`/openapi.json`) and the page that shows it (`/docs/`), both without
                    the internet.
five_minds          What process-engine.io and ProcessCube, the dialects of 5Minds, share: lenient fields, words of
                    errors, forms.
health              Is the server there, is it ready, how much is waiting: for load balancers and Prometheus.
http                Flask, and the short ways from a hot request to its view and back.
operations          /api/v1: what no dialect has.
process_engine      The dialect of process-engine.io: `/api/external_task/v1`, `/api/consumer/v1` and
                    `/api/management/v1`.
remarks             What a deployment has to say about a model that it took: in headers, since the bodies are those of
                    the originals.
repeatable_reports  Reports that a worker may repeat: the header `Idempotency-Key` gives a repeated one the first answer
                    again.
"""
