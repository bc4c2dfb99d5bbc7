"""What process-engine.io and ProcessCube, the dialects of 5Minds, share: lenient fields, words of errors, forms."""
