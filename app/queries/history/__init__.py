"""What was: lists of everything that ran, ended or not, one file a noun."""
