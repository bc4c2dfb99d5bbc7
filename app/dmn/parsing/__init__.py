"""The steps from XML to decisions, one idea a file; `app.dmn.parser.parse` is the entry.

xml          names, namespaces, attributes
document     what must hold for any file: it is DMN, not too large, every id is there once
source       what every step needs: findings, compiled expressions
tables       decision tables
decisions    decisions, their logic, and what they require
"""
