"""PostgreSQL's settings for the embedded cluster. They are written anew at each start."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

Settings = Mapping[str, str]

# All addresses are Unix sockets in a private directory, and still nobody enters without a password.
HBA = """# Written by apps/core/services. Database, role, method: a password for everything.
local   all           all                    scram-sha-256
local   replication   bulkhead_replicator    scram-sha-256
"""

# A replica must have at least the primary's values of max_*, so both share this table.
SHARED: Settings = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "120",
    "max_worker_processes": "8",
    "max_wal_senders": "12",
    "max_replication_slots": "20",
    "password_encryption": "scram-sha-256",
    "shared_buffers": "256MB",
    "effective_cache_size": "2GB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "random_page_cost": "1.1",
    "max_parallel_workers_per_gather": "1",
    "jit": "off",  # compiling costs more than it saves on short queries
    "wal_level": "logical",
    "hot_standby": "on",
    "synchronous_commit": "on",  # local flush; the replica is not waited for
    "max_wal_size": "2GB",
    "min_wal_size": "160MB",
    "checkpoint_timeout": "10min",
    "max_slot_wal_keep_size": "4GB",  # an abandoned slot is cut off before it fills the disk
    "wal_sender_timeout": "30s",
    "wal_receiver_timeout": "30s",
    "wal_receiver_status_interval": "1s",
    "wal_retrieve_retry_interval": "500ms",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "lc_messages": "C",
    "log_line_prefix": "%m [%p] %q%u@%d ",
    "log_min_duration_statement": "2s",
    "log_lock_waits": "on",
    "log_checkpoints": "off",
    "log_parameter_max_length": "0",  # parameters hold personal data
    "log_parameter_max_length_on_error": "0",
    "idle_in_transaction_session_timeout": "5min",
}

# fsync off: a test's data need not survive a power cut. full_page_writes protects from the same alone.
THROWAWAY: Settings = {
    "fsync": "off",
    "full_page_writes": "off",
    "shared_buffers": "96MB",
    "io_method": "sync",
    "dynamic_shared_memory_type": "mmap",  # in the data directory, so that it goes with it
    "max_wal_size": "512MB",
    "min_wal_size": "80MB",
    "autovacuum_naptime": "10s",
    "wal_retrieve_retry_interval": "100ms",
}


@dataclass(frozen=True, slots=True)
class Standby:
    """What makes a server a replica: where the primary is, and the slot that keeps the log for it."""

    conninfo: str
    slot: str

    def settings(self) -> Settings:
        """Return the settings of a replica."""
        return {
            "primary_conninfo": self.conninfo,
            "primary_slot_name": self.slot,
            "hot_standby_feedback": "on",  # the primary keeps rows that a query here still needs
            "sync_replication_slots": "on",  # logical slots made with failover=true are copied here
            "max_standby_streaming_delay": "10s",
        }


def render(*, name: str, sockets: Path, port: int, throwaway: bool, standby: Standby | None) -> str:
    """Return the text of postgresql.conf."""
    settings = {
        **SHARED,
        "cluster_name": name,
        "unix_socket_directories": str(sockets),
        "port": str(port),
        **(THROWAWAY if throwaway else {}),
        **(standby.settings() if standby else {}),
    }
    lines = (f"{key} = '{_quote(value)}'" for key, value in settings.items())
    return "# Written by apps/core/services at each start. Changes are lost.\n" + "\n".join(lines) + "\n"


def _quote(value: str) -> str:
    return value.replace("\\", "\\\\").replace("'", "''")
