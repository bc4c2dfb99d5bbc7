"""Measurements: `make bench`. Ratios of one run count; absolute times depend on the machine and its neighbours."""
