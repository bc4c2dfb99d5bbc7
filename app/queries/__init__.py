"""Questions about everything but external tasks: one module a noun, each with a `Listing`: its filters and sortings."""
