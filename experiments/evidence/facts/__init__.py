"""The published facts as tests: what was published, what is simulated, and what fails without its cause."""
