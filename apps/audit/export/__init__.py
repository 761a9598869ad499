"""The export of one tenant's log with its proofs, and the verifier that goes with it."""
