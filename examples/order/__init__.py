"""Orders: goods are reserved and shipped, or back-ordered when the warehouse has run out of them."""
