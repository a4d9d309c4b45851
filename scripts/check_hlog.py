#!/usr/bin/env python3
"""Reads an interval log with the PyPI package `hdrhistogram` and prints, as JSON, what it
sees of each tag: number of intervals, count, p99 and highest value.

    pip install hdrhistogram
    python3 scripts/check_hlog.py results/<run-id>/intervals.hlog

Without arguments: exit 0 if the package is there, else 1.
"""

import json
import sys


def main(arguments):
    try:
        from hdrh.histogram import HdrHistogram
        from hdrh.log import HistogramLogReader
    except ImportError as error:
        print(f"the Python package hdrhistogram is missing ({error}): pip install hdrhistogram", file=sys.stderr)
        return 1
    if not arguments:
        return 0
    reference = HdrHistogram(1, 3_600_000_000, 3)
    reader = HistogramLogReader(arguments[0], reference)
    totals = {}
    intervals = {}
    while True:
        interval = reader.get_next_interval_histogram()
        if interval is None:
            break
        tag = interval.get_tag()
        intervals[tag] = intervals.get(tag, 0) + 1
        if tag in totals:
            totals[tag].add(interval)
        else:
            totals[tag] = interval
    print(
        json.dumps(
            {
                tag: {
                    "intervals": intervals[tag],
                    "count": total.get_total_count(),
                    "p99": total.get_value_at_percentile(99.0),
                    "max": total.get_max_value(),
                }
                for tag, total in totals.items()
            }
        )
    )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
