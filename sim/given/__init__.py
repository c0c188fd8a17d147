"""What is given: scenario, policy, levers, and every number with its source."""
