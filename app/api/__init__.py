"""The HTTP side: one package a dialect, each a translation of words in, one service call, words out."""
