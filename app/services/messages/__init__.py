"""Messages, signals and conditions: find who waits, and deliver.

conditions   Conditional start events of the latest versions: evaluated on request, with the variables that come with
             it.
correlation  Who a message is for: the conditions of Camunda's correlation as queries.
service      Messages: find the one execution or definition that waits for it, by Camunda's rules, and deliver it.
"""
