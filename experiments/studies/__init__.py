"""Ready-made studies: every lever at a time, and the worth of an officer inside by speed of lockdown."""
