"""Decisions.

context       What an evaluation may ask of the world outside: the time, how long it may take, scripts.
evaluation    Evaluate a decision: those that it requires first, then its own table or expression.
expressions   Expressions of a decision in the languages that Camunda knows there: FEEL, JUEL, scripts.
feel          FEEL, as Camunda 7.24 evaluates it (FEEL Scala 1.19): expressions, and the unary tests of decision tables.
graph         The parsed, immutable decisions of one file.
hit_policies  What happens when several rules match, and what an aggregation makes of their results.
parser        Turn a DMN file into decisions.
parsing       The steps from XML to decisions, one idea a file; `app.dmn.parser.parse` is the entry.
results       What an evaluation gives: the result as process variables want it, and what history keeps of the way
              there.
scope         What the expressions of a decision see, in each of the languages.
types         The types that a clause may have, and what becomes a value of each.
"""
