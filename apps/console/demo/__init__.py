"""Setting up the demo: its tenants, its people and their sign-ins, its books."""
