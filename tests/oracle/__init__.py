"""Tools that ask a real Camunda what is right. They are run by hand; nothing here is a test that `make test` runs."""
