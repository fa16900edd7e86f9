"""Hold the rows of a check against those of a baseline: what got worse, what got better."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from scenarios.checking.rows import ERROR, MET, MISSED, NOT_JUDGED, UNSOUND, VERDICTS, CheckRow, Terms
from scenarios.report.wording import people_text, percent_text
from stockpile.errors import DataError, Problem

NOISE = 1e-9


@dataclass(frozen=True)
class Finding:
    """One difference of a scenario from its baseline; only what is `worse` fails the check."""

    spec: str
    worse: bool
    message: str

    @property
    def remedy(self) -> str:
        """What to do about it."""
        if not self.worse:
            return f"Better: update the baseline with `stockpile check {self.spec} --update-baseline`"
        return (
            f"See `stockpile run {self.spec}`; if the change is meant, accept it with "
            f"`stockpile check {self.spec} --update-baseline`"
        )


def check_baseline_fits(
    specs: Sequence[str], baseline: Sequence[CheckRow], name: str, terms: Terms, *, whole: bool
) -> None:
    """Refuse a baseline that is not for these scenarios: to be asked before a long run.

    With `whole` the baseline must hold these scenarios and no others.

    Raises:
        DataError: a scenario is missing from it, is there no more, or was planned otherwise.
    """
    known = {row.spec: row for row in baseline}
    problems = [
        Problem(
            name,
            None,
            None,
            spec,
            "is not in the baseline",
            f"Add it with `stockpile check {spec} --update-baseline`",
        )
        for spec in specs
        if spec not in known
    ]
    gone = sorted(set(known) - set(specs)) if whole else []
    update = "`stockpile check --all --update-baseline`"
    problems += [
        Problem(name, None, None, spec, "is in the baseline, but is no scenario", f"Remove it with {update}")
        for spec in gone
    ]
    problems += [
        Problem(
            name,
            *(None, None, spec),
            f"was planned with {known[spec].terms}; asked for is {terms}",
            f"Ask for the same, or write the baseline anew with {update}",
        )
        for spec in specs
        if spec in known and known[spec].terms != terms
    ]
    if problems:
        raise DataError(problems)


def compare(rows: Iterable[CheckRow], baseline: Iterable[CheckRow], tolerance: float) -> tuple[Finding, ...]:
    """Return every difference that counts, in the order of the rows.

    Worse are a later verdict, a target no longer met or no longer judged, other targets, another number of
    affected people; a share of a target, or people supplied by an hour, that fell by more than `tolerance` of
    what they were; and people whom no mode reaches that rose by more than that share of the affected. Better
    is the opposite, where there is one.
    """
    known = {row.spec: row for row in baseline}
    return tuple(
        finding for row in rows if row.spec in known for finding in _changes(row, known[row.spec], tolerance)
    )


def _changes(now: CheckRow, before: CheckRow, tolerance: float) -> Iterator[Finding]:
    if now.verdict != before.verdict:
        worse = VERDICTS.index(now.verdict) > VERDICTS.index(before.verdict)
        error = f": {now.error}" if now.error else ""
        yield Finding(now.spec, worse, f"the verdict was {before.verdict} and is {now.verdict}{error}")
    if ERROR in (now.verdict, before.verdict):
        return
    yield from _target_changes(now, before, tolerance)
    if now.people != before.people:
        # shares of more or fewer people are others: neither better nor worse can be told until it is accepted
        message = f"the affected people were {people_text(before.people)} and are {people_text(now.people)}"
        yield Finding(now.spec, worse=True, message=message)
    if abs(now.exempt - before.exempt) > tolerance * before.people:
        # who is cut off does not count: else a broken bridge could turn a missed target into a met one
        rose = now.exempt > before.exempt
        were, are = people_text(before.exempt), people_text(now.exempt)
        message = f"people whom no mode reaches {'rose' if rose else 'fell'} from {were} to {are}"
        yield Finding(now.spec, rose, message)
    for hour, people in now.supplied_by.items():
        was = before.supplied_by.get(hour)
        if was is not None and abs(people - was) > tolerance * was:
            fell = people < was
            by = percent_text(abs(people - was) / was) if was else "from nobody"
            change = "fell" if fell else "rose"
            message = (
                f"people supplied by hour {hour} {change} by {people_text(abs(people - was))} ({by}), "
                f"from {people_text(was)} to {people_text(people)}"
            )
            yield Finding(now.spec, fell, message)


def _target_changes(now: CheckRow, before: CheckRow, tolerance: float) -> Iterator[Finding]:
    new, old = now.status_of, before.status_of
    if list(new) != list(old) or list(now.supplied_by) != list(before.supplied_by):
        listed = ", ".join(new) or "none"
        was = ", ".join(old) or "none"
        yield Finding(
            now.spec, worse=True, message=f"the targets or their hours are others: {listed}, not {was}"
        )
        return
    order = (MET, MISSED, NOT_JUDGED)
    for name, status in new.items():
        if status != old[name]:
            worse = order.index(status) > order.index(old[name])
            yield Finding(now.spec, worse, f"target {name} was {old[name]} and is {status}")
    shares = before.share_of
    for name, share in now.share_of.items():
        before_share = shares.get(name)
        if before_share is not None and abs(share - before_share) > tolerance * before_share + NOISE:
            fell = share < before_share
            change = "fell" if fell else "rose"
            message = f"the share of target {name} {change} from {before_share:.4f} to {share:.4f}"
            yield Finding(now.spec, fell, message)


def updated(baseline: Iterable[CheckRow], rows: Iterable[CheckRow], *, whole: bool) -> tuple[CheckRow, ...]:
    """Return the baseline with these rows in place of theirs, or of all with `whole`, sorted.

    Raises:
        DataError: a row is of a scenario without a sound plan.
    """
    new = {row.spec: row for row in rows}
    failed = [row for row in new.values() if row.verdict in UNSOUND]
    if failed:
        raise DataError(
            [
                Problem(row.spec, None, None, None, f"has no sound plan: {row.error}", "Mend it first")
                for row in failed
            ]
        )
    kept = {} if whole else {row.spec: row for row in baseline}
    return tuple(row for _, row in sorted({**kept, **new}.items()))
