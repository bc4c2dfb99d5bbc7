"""Compare decisions with those of a Camunda 7.24: `python -m tests.oracle.dmn --url http://127.0.0.1:8080/engine-rest`.

cases        what is compared: a file, variables, an answer
vocabulary   what cells, expressions and variables are made of
generator    random files and variables
camunda      the answers of the original
ours         the answers of this library
"""
