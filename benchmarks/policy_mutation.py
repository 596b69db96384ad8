"""How many mistakes in the rules of sight and of rights the tests notice.

python -m benchmarks.policy_mutation [module ...]

Every module that decides who may see or do what is changed in one place after the other. A
mutant that gets past the tests of its module has survived. The modules on which sight and rights
stand are changed in every place, others in some: which, is the same each time.
"""

from __future__ import annotations

import sys
from collections import Counter
from typing import TYPE_CHECKING

from benchmarks.figures import Figure, line
from benchmarks.mutant_trials import path_of, try_all
from benchmarks.mutants import Mutant, mutants_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

LEAST = 0.90


def _tests(folder: str, *names: str) -> tuple[str, ...]:
    return tuple(f"tests/{folder}/test_{name}.py" for name in names)


_COUNCILS = _tests("councils", "policy", "ranks", "widening", "rights_of_seats", "audiences")
_STEPS = _tests("reports", "policy", "steps")
_QUESTIONS = _tests(
    "reports",
    "questions_of_sight",
    "questions_of_authors",
    "questions_of_reviewers",
    "questions_that_lock",
)
_GUARD = _tests("guard", "corpus", "findings", "hidden", "language", "numbers")

TESTS: Mapping[str, tuple[str, ...]] = {
    "osac_share.councils.policy.actors": _COUNCILS,
    "osac_share.councils.policy.offices": _COUNCILS,
    "osac_share.councils.policy.sight": _COUNCILS,
    "osac_share.councils.policy.standing": _COUNCILS,
    "osac_share.reports.policy.rights": _STEPS,
    "osac_share.reports.policy.life": _STEPS,
    "osac_share.reports.policy.restricted": _STEPS,
    "osac_share.reports.policy.completeness": _tests("reports", "completeness"),
    "osac_share.reports.policy.screening": _tests("reports", "completeness"),
    "osac_share.reports.queries.sight": _QUESTIONS,
    "osac_share.reports.queries.knowing": _QUESTIONS,
    "osac_share.reports.queries.authorship": _QUESTIONS,
    "osac_share.reports.queries.glances": _QUESTIONS,
    "osac_share.reports.queries.reviewing": _QUESTIONS,
    "osac_share.reports.queries.attachments": _QUESTIONS,
    "osac_share.accounts.policy.addresses": _tests("accounts", "policy", "rules"),
    "osac_share.accounts.policy.attempts": _tests("accounts", "policy", "rules"),
    "osac_share.accounts.policy.browsers": _tests("accounts", "policy", "rules"),
    "osac_share.accounts.policy.factors": _tests("accounts", "policy", "rules"),
    "osac_share.accounts.policy.guessing": _tests("accounts", "guessing"),
    "osac_share.accounts.policy.passkeys": _tests("accounts", "passkeys", "rules"),
    "osac_share.accounts.policy.passphrases": _tests("accounts", "rules", "guessing"),
    "osac_share.letters.policy": _tests("letters", "policy", "words"),
    "osac_share.tokens.policy": _tests("tokens", "policy"),
    "osac_share.membership.policy.checks": _tests("membership", "rights"),
    "osac_share.membership.policy.domains": _tests("membership", "domains"),
    "osac_share.membership.policy.findings": _tests("membership", "findings"),
    "osac_share.membership.policy.names": _tests("membership", "names"),
    "osac_share.membership.policy.pasted": _tests("membership", "rights"),
    "osac_share.membership.policy.rights": _tests("membership", "rights"),
    "osac_share.membership.policy.verifying": _tests("membership", "rights"),
    "osac_share.delivery.policy": _tests("delivery", "policy", "rights"),
    "osac_share.admin.policy": _tests("admin", "policy"),
    "osac_share.audit.policy": _tests("audit", "policy"),
    "osac_share.proposals.policy": _tests("proposals", "policy"),
    "osac_share.relays.policy": _tests("relays", "policy"),
    "osac_share.subscriptions.policy": _tests("subscriptions", "policy"),
    **{
        f"osac_share.guard.policy.{name}": _GUARD
        for name in (
            *("acronyms", "context", "findings", "folding", "hidden", "language", "lookalikes"),
            *("markings", "numbers", "people", "personal", "portions", "spelling"),
        )
    },
}
"""The modules that decide, each with the tests that a mutant of it meets."""

SAMPLED: Mapping[str, int] = {
    "osac_share.accounts.policy.guessing": 2,
    "osac_share.guard.policy.": 8,
    "osac_share.membership.policy.domains": 3,
    "osac_share.membership.policy.names": 3,
}
"""Of which modules one mutant in so many is tried."""

HOW = (
    f"mistakes in {len(TESTS)} modules that decide, each held against the tests of its module; "
    "every place of those of sight, rights and steps, "
    "every second to eighth of those on words, names and guessing"
)

_QUERIES = "osac_share.reports.queries"
_NO_DRAFT = "who reviews is asked of reports with such a draft, so that there is one"
EQUIVALENT: Mapping[str, str] = {
    f"{_QUERIES}.sight count: session.scalar(select(func.count()).select_from("
    "question.subquery())) or 0 -> session.scalar(select(func.count()).select_from("
    "question.subquery()))": "a count is never NULL; this is for the types",
    f"{_QUERIES}.authorship get_draft: report is None or draft is None -> draft is None": (
        "without a report there is no draft"
    ),
    f"{_QUERIES}.reviewing get_for_review: report is None or draft is None -> draft is None": (
        "without a report there is no draft"
    ),
    f"{_QUERIES}.reviewing get_for_review: report is None or draft is None -> report is None": (
        _NO_DRAFT
    ),
    f"{_QUERIES}.reviewing get_for_review: report is None or draft is None -> "
    "report is None and draft is None": _NO_DRAFT,
    f"{_QUERIES}.reviewing names_of:  for one in people if one ->  for one in people": (
        "nobody's id is NULL"
    ),
    f"{_QUERIES}.reviewing _of_office: return false() -> return None": (
        "as a condition, NULL is true of nothing"
    ),
    f"{_QUERIES}.attachments get_visible_attachment: "
    "not rows or not visible_rows(session, [row[1] for row in rows], clearance) -> "
    "not visible_rows(session, [row[1] for row in rows], clearance)": (
        "of no editions none are visible"
    ),
    "osac_share.membership.policy.rights may_administer: "
    "may_vet(standing) and is_other and (rank_of(standing) >= rank_of(target)) -> "
    "may_vet(standing) and is_other": "administrators vet, and no rank is above theirs",
    "osac_share.membership.policy.pasted is_address: len(text) <= LONGEST_ADDRESS and printable "
    "and bool(local) and ('@' not in local) and (domain_of(text) is not None) -> "
    "len(text) <= LONGEST_ADDRESS and printable and ('@' not in local) and "
    "(domain_of(text) is not None)": "what has no name has no domain either",
    "osac_share.accounts.policy.passkeys site_of: parts.hostname or '' -> parts.hostname": (
        "no host is no name, whether it is None or empty"
    ),
}
"""Mutants that do the same as what they were made of, as they are printed, each with the reason."""


def measure(modules: Iterable[str] = TESTS) -> list[Figure]:
    """Return the share of mutants that were noticed, and print those that were not."""
    mutants = [mutant for module in modules for mutant in _mutants(module)]
    trial = try_all(mutants, TESTS)
    for test in trial.failing:
        print(f"policy_mutation: fails without any mutant: {test}")
    for mutant in trial.survivors:
        print(f"policy_mutation: survived {mutant}")
    tried = Counter(mutant.module for mutant in mutants)
    survived = Counter(mutant.module for mutant in trial.survivors)
    for module, number in tried.items():
        print(f"policy_mutation: {module:45} {number - survived[module]:4} of {number:4}")
    score = 1 - len(trial.survivors) / len(mutants)
    return [
        Figure("policy_mutants", len(mutants), "mutants", 1000, "at least"),
        Figure("policy_mutation_score", score, "", LEAST, "at least"),
    ]


def _mutants(module: str) -> list[Mutant]:
    every = next((number for start, number in SAMPLED.items() if module.startswith(start)), 1)
    found = mutants_of(module, path_of(module).read_text(encoding="utf-8"))
    return [mutant for mutant in found if str(mutant) not in EQUIVALENT][::every]


def main(modules: list[str]) -> None:
    """Measure, and print; of some modules alone, if they are named."""
    for figure in measure(modules or TESTS):
        print(line(figure))


if __name__ == "__main__":
    main(sys.argv[1:])
