"""The sub-commands, one file per noun; whatever is slow to import is imported inside a command."""
