"""What real processes do when something fails beside them: a database, a disk, a worker, a clock.

Each module makes one kind of fault and tells what came of it. `make test` holds a short sample of
each; `make faults` runs all of them in full and writes `docs/reliability.md`, and so does
`make soak` for hours of work without a fault.
"""
