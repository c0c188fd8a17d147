"""What pages and terminal share: style, words, tables."""
