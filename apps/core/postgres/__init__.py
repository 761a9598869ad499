"""Django's PostgreSQL backend that gives every transaction its signed context before anything else."""
