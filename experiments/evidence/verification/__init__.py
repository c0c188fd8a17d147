"""The movement tests of RiMEA, IMO, NIST and ISO, each with its published criterion, and their page."""
