"""Each kernel once more, slow and obvious, in plain Python."""

from collections import defaultdict
from itertools import pairwise

import numpy as np

MISSING = -(2**63)


def exposure_days(citizen, group, first_day, last_day, year, days):
    """Count the days of the year that any group-1 spell covers, day by day."""
    covered = defaultdict(set)
    for c, g, first, last in zip(citizen, group, first_day, last_day, strict=True):
        if g == 1:
            covered[int(c)] |= set(range(max(first, year[0]), min(last, year[1]) + 1))
    for c, those in covered.items():
        days[c] += len(those)


def clinic_on(citizen, group, clinic, spell, day, result):
    """Take the latest, then largest, clinic of the spells that cover the day."""
    candidates = defaultdict(list)
    for c, g, k, first, last in zip(citizen, group, clinic, *spell, strict=True):
        if g == 1 and first <= day <= last:
            candidates[int(c)].append((int(first), int(k)))
    for c, found in candidates.items():
        result[c] = max(found)[1]
    return sum(len(found) - 1 for found in candidates.values())


def count_services(citizen, row, book, counts, money):
    """Add up quantities by slot, fees paid by kind, and quantity × price, for each citizen."""
    entries = [divmod(int(entry), 2**16) for entry in book]
    kind, slot, price = [low % 8 for _, low in entries], [low // 8 for _, low in entries], [high for high, _ in entries]
    missing = 0
    for c, s, q, fee in zip(citizen, *row, strict=True):
        contact, other, prevention, months, _ = (kind[s] == n for n in range(5))
        if contact or other or months:
            counts[slot[s], c] += q
        if contact or other:
            missing += fee == MISSING
        if contact or other or prevention:
            money[[0, 1, 3][kind[s]], c] += 0 if fee == MISSING else fee
            money[4 if prevention else 2, c] += int(q) * int(price[s])
    return 0, missing


def mark_conditions(citizen, diagnosis, lists, windows, marks):
    """Set the bits of each diagnosis in every window that it falls in; those of the second list in the last alone."""
    conditions, nordic = lists
    starts, end = windows
    for c, code, k, d in zip(citizen, *diagnosis, strict=True):
        for window, start in enumerate(starts):
            if start <= d < end:
                marks[3 * window + k, c] |= conditions[code]
        if starts[-1] <= d < end:
            marks[3 * len(starts) + k, c] |= nordic[code]


def count_dispensings(citizen, dispensing, arms, window, counts):
    """Count rows with packages, less rows that return some, by citizen and arm."""
    first_days, end = window
    for c, code, d, packages in zip(citizen, *dispensing, strict=True):
        for arm in arms[code]:
            if first_days[arm] <= d < end:
                counts[c, arm] += int(packages >= 1) - int(packages <= -1)


def sum_weeks(citizen, code, weeks, group, total):
    """Add up weeks by benefit group and citizen."""
    for c, b, w in zip(citizen, code, weeks, strict=True):
        if group[b] >= 0:
            total[group[b], c] += w


def tally_sample(cell, exposure, fee, in_sample, sums):
    """Add up the sample by cell; Σ y² is put together again by the test."""
    for c, e, y, counted in zip(cell, exposure, fee, in_sample, strict=True):
        if counted:
            high, low = divmod(int(y), 2**20)
            sums[:, c] += np.array([1, e, y, e * e, e * y, high * high, high * low, low * low])


def tally_pairs(row, column, counted, counts):
    """Count pairs."""
    for r, c, yes in zip(row, column, counted, strict=True):
        counts[r, c] += int(yes)


def tally_columns(area, cell, counted, columns_of_cell, counts):
    """Count dummies by area."""
    for a, c, yes in zip(area, cell, counted, strict=True):
        for column in columns_of_cell[c]:
            if yes and column >= 0:
                counts[a, column] += 1


def tally_products(clinic, cell, money, counted, dummies, sums):
    """Add up e x x' and y x by clinic."""
    grams, moments = sums
    for k, c, e, y, yes in zip(clinic, cell, *money, counted, strict=True):
        if yes:
            grams[k] += e * np.outer(dummies[c], dummies[c])
            moments[k] += y * dummies[c]


def tally_by(row, column, value, counted, sums):
    """Add up a value by row and column."""
    for r, c, v, yes in zip(row, column, value, counted, strict=True):
        sums[r, c] += v * int(yes)


def add_to_checksums(words, bounds, low, high):
    """Sum the numbers of each range, and the sums after each number, in Python integers."""
    for part, (begin, end) in enumerate(pairwise(bounds)):
        total, of_totals = int(low[part]), int(high[part])
        for word in words[begin:end].tolist():
            total += word
            of_totals += total
        low[part], high[part] = total % 2**64, of_totals % 2**64


def tally_priced(rows, results, sums):
    """Add up rows by service: those of each outcome, what priced ones cost and were paid, and what was not known."""
    for s, quantity, paid, outcome, unknown, fee in zip(*rows, *results, strict=True):
        told = paid != MISSING
        line = 3 * int(outcome)
        sums[s, line : line + 3] += [1, quantity, paid if told else 0]
        if outcome == 0:
            compared = [1, paid, fee, fee != paid, abs(int(fee) - int(paid)), 0] if told else [0, 0, 0, 0, 0, 1]
            sums[s, 54:61] += [fee, *compared]
            sums[s, 61:69] += [int(unknown) >> bit & 1 for bit in range(8)]
