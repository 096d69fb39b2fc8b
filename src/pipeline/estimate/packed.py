"""Counts packed into few whole numbers: what makes a further matrix of transitions cheap."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from sqlglot import exp

from pipeline.estimate.cells import Row
from pipeline.tables import CENSORED


@dataclass(frozen=True)
class Packed:
    """Counts of a customer's moves to every target, as digits of few whole numbers: one sum adds many counts up.

    A sum per target is what the query's time would go into. No count exceeds `most`, so that none overflows into the
    next digit to the base `most` + 1; as many digits stand in a number as 63 bits hold.

    Parameters
    ----------
    targets
        Stages that visits move to, `UNRESOLVED` last: whatever was not seen to move within the horizon.
    most
        Visits of any customer at most.

    Examples
    --------
    >>> packed = Packed(["visit", "order", "(unresolved)"], most=999)
    >>> [packed.place(target) for target in packed.targets]
    [(0, 1), (0, 1000), (0, 1000000)]
    >>> Packed(packed.targets, most=10**9).place("(unresolved)")  # two digits each
    (1, 1)
    """

    targets: Sequence[str]
    most: int

    @property
    def base(self) -> int:
        """Return what one move to the next digit is worth."""
        return self.most + 1

    def place(self, target: str) -> tuple[int, int]:
        """Return the number that holds a target's count, and what one move to it adds."""
        digits = 1
        while self.base ** (digits + 1) < 2**63:
            digits += 1
        number, digit = divmod(self.targets.index(target), digits)
        return number, self.base**digit

    @property
    def numbers(self) -> range:
        """Return which numbers there are."""
        return range(self.place(self.targets[-1])[0] + 1)

    def moves(self, horizon_bin: int) -> list[exp.Expr]:
        """Return what `sql/followed_moves.sql` binds: the moves of a row of customer_transitions."""
        to_stage = exp.to_column("customer_transitions.to_stage")
        late = exp.to_column("customer_transitions.duration_bin") > horizon_bin
        found = []
        for number in self.numbers:
            worth = exp.Case()
            for target in (self.targets[-1], *self.targets[:-1]):
                place, unit = self.place(target)
                is_there = to_stage.eq(CENSORED).or_(late) if target == self.targets[-1] else to_stage.eq(target)
                worth = worth.when(is_there, exp.Literal.number(unit if place == number else 0))
            moved = exp.Mul(this=exp.to_column("customer_transitions.n"), expression=worth)
            found.append(exp.alias_(moved, f"moves_{number}"))
        return found

    def counted(self) -> Row:
        """Return what `sql/transition_pairs.sql` binds besides the group."""
        names = [f"moves_{number}" for number in self.numbers]
        moved, visits = exp.Case(this=exp.to_column("targets.to_stage")), cast(exp.Expr, exp.Literal.number(0))
        for target in self.targets:
            number, unit = self.place(target)
            above = exp.IntDiv(this=exp.to_column(f"shared_rows.moves_{number}"), expression=exp.Literal.number(unit))
            digit = exp.Mod(this=exp.paren(above), expression=exp.Literal.number(self.base))
            moved = moved.when(exp.Literal.string(target), digit)
            visits = exp.Add(this=visits, expression=exp.paren(digit))
        return {
            "targets": self.targets,
            "names": [exp.column(name) for name in names],
            "counts": [exp.alias_(exp.cast(exp.Sum(this=exp.column(name)), "bigint"), name) for name in names],
            "moved": moved,
            "visits": visits,
        }
