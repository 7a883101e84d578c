"""Work on many shapes on every core: shapely frees the interpreter meanwhile."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


def in_blocks(work: Callable[[slice], T], count: int, size: int) -> Iterator[T]:
    """What some work gives for blocks of rows, in their order.

    Who stops listening ends the work that has not begun.

    Parameters
    ----------
    work
        Is given the rows of a block; it runs in several threads at once.
    count, size
        Rows in all, and in a block.
    """
    blocks = [slice(start, min(start + size, count)) for start in range(0, count, size)]
    pool = ThreadPoolExecutor(max_workers=os.cpu_count())
    try:
        yield from pool.map(work, blocks)
    finally:
        pool.shutdown(cancel_futures=True)


def meanwhile(work: Callable[[], T]) -> Callable[[], T]:
    """Begin some work beside whatever comes next.

    Returns
    -------
    What waits for the work, and gives or raises what it does.
    """
    pool = ThreadPoolExecutor(max_workers=1)
    begun = pool.submit(work)
    pool.shutdown(wait=False)
    return begun.result
