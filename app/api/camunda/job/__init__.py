"""`/job` and `/job-definition`.

bulk         /job, many at once: new retries by a batch, suspended together.
definitions  /job-definition: what makes jobs, the timers and asynchronous continuations of the models.
routes       /job: timers, asynchronous continuations and pieces of batches.
"""
