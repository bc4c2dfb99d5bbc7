"""The differential sweep: every operation of Camunda's published API document, on a real Camunda and on Errand."""
