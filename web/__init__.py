"""The shell: application, registry, errors, command line, worker, demo data."""
