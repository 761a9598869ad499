"""The embedded services: PostgreSQL primary and replica, Redis, and the supervisor of all processes.

Pure Python without Django: this package runs before Django can. Start reading at `__main__.py`.
"""
