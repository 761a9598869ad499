"""Run the benchmarks on a fresh, prepared, throw-away cluster: `make bench`, or `make bench ONLY=posting`."""

import argparse
import json
import os
import platform
import sys
from pathlib import Path

import django

NAMES = ("posting", "api_create", "importing", "lag", "pages")


def main() -> None:
    """Measure and print one table; `--json` also writes the figures to a file."""
    parser = argparse.ArgumentParser(prog="benchmarks")
    parser.add_argument(
        "only", nargs="*", metavar="NAME", help=f"one or more of {', '.join(NAMES)}; default all"
    )
    parser.add_argument("--json", type=Path, help="also write the figures here")
    options = parser.parse_args()
    unknown = sorted(set(options.only) - set(NAMES))
    if unknown:
        parser.error(f"there is no benchmark “{unknown[0]}”; choose from {', '.join(NAMES)}")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    os.environ["ALLOWED_HOSTS"] = "testserver,localhost,127.0.0.1"
    django.setup()
    measure(options.only or NAMES, options.json)


def measure(names: tuple[str, ...] | list[str], target: Path | None) -> None:
    """Run the named benchmarks one after the other."""
    from importlib import import_module

    from apps.core.scope import platform_scope
    from benchmarks.bare import make_bare_database
    from benchmarks.figures import Figure, table

    figures: list[Figure] = []
    with platform_scope():
        make_bare_database()
        for name in names:
            print(f"{name} …", file=sys.stderr, flush=True)
            figures += import_module(f"benchmarks.{name}").run()
    print(f"{os.cpu_count()} cores, Python {platform.python_version()}, fsync off on both sides\n")
    print(table(figures))
    if target is not None:
        target.write_text(json.dumps([vars(f) | {"ratio": f.ratio} for f in figures], indent=2))


if __name__ == "__main__":
    main()
