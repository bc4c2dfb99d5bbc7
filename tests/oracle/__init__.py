<<<<<<< HEAD
"""Tools that ask a real Camunda what is right. They are run by hand; nothing here is a test that `make test` runs."""
=======
"""Tools that ask a running Camunda 7 and compare its answers with ours; run by hand."""
>>>>>>> 7e6bfae (Read and evaluate decisions: DMN tables, literal expressions, FEEL as Camunda 7.24 evaluates it)
