"""`/deployment`: models and other files, as they are uploaded and listed.

routes  /deployment: upload models, look at what was uploaded, delete it.
upload  The form of a deployment: its own fields, and every other part as a file of it.
"""
