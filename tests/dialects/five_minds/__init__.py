"""What the two dialects of 5Minds share."""
