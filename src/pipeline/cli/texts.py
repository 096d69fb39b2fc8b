"""What `parcours --help` says of the whole, and of each DVC stage."""

from __future__ import annotations

DESCRIPTION = """\
Customer journeys from the exports of your channels: one person across all of
them, journeys in stages, transition probabilities with honest intervals, tested
pain points, and a report per persona around a journey map drawn from the data.

A workspace is a folder with params.yaml (what you declare), data/raw (a folder
per export, each described by its source.yaml) and dvc.yaml. `dvc repro` in it
does whatever is not done yet; `parcours run` does all of it without DVC."""

EPILOG = """\
examples:
  parcours init my-brand              make a workspace that runs at once
  parcours describe export.csv        propose a source.yaml for an export
  parcours source list                exports of vendors that are known already
  parcours check --workspace my-brand find mistakes before any work is done
  dvc repro                           in the workspace: bring all results up to date
  parcours features                   what a hypothesis may use, and where it is from

exit status: 0 done, 2 something you can mend (the message says what and how),
1 a fault in Parcours itself (with a traceback worth sending) – or, of verify,
an output that differs."""

SOURCE_EXAMPLES = """\
examples:
  parcours source list
  parcours source add zendesk_ticket data/raw/support
then:
  parcours check                      the files, the columns and every rule"""

# Command → one line, what it reads and writes.
VERBS = {
    "obtain": (
        "take the raw tables from a package, a database or downloaded files",
        "Reads the package or the folder that the workspace names ($PARCOURS_DATA, else\n"
        "data/download), and the tables that sources declare (read:); writes files in data/raw.",
    ),
    "simulate": (
        "make the exports of a brand that exists nowhere",
        "Writes the raw files of Maison Clairval – eleven tools of a French home-goods brand –\n"
        "into data/raw of DIR, and into data/truth what is true of them: who is who, what was\n"
        "planted and what it did. A new or empty DIR becomes a workspace that runs at once; of\n"
        "one that is there, truth.yaml says what is made. The same truth gives the same bytes.",
    ),
    "clean": (
        "turn raw exports into one table of events",
        "Reads data/raw/*/source.yaml and the files it names; writes data/clean: events,\n"
        "rejects.csv (refused rows with their reason), conservation.csv (every raw row\n"
        "accounted for) and formats.csv (how each file was read). Identifiers leave this\n"
        "stage as keyed hashes only.",
    ),
    "identify": (
        "join identifiers that belong to one customer",
        "Reads data/clean/events; writes data/identify: identities, links, quarantine.csv, conflicts.csv.",
    ),
    "reconstruct": (
        "cut each customer's events into journeys, stages and visits",
        "Reads events and identities; writes data/reconstruct: steps, journeys, visits and\ntransitions per customer.",
    ),
    "segment": (
        "give each customer the first persona whose rule holds",
        "Reads data/reconstruct; writes data/segment: personas, persona_cards.csv.",
    ),
    "estimate": (
        "estimate transitions, funnel, time in stage, KPIs, emotions",
        "Reads data/reconstruct and personas; writes CSV tables in data/estimate. Every\n"
        "estimate stands beside its n and its interval, clustered by customer.",
    ),
    "assess": (
        "test the hypotheses declared in params.yaml",
        "Reads data/reconstruct and personas; writes data/assess/hypotheses.csv: effect,\n"
        "interval, p, q over the whole family, verdict, grade of evidence, cost.",
    ),
    "draw": (
        "draw the journey maps and the companion pictures",
        "Reads the tables of results; writes SVG, PNG and the numbers shown in data/draw.",
    ),
    "report": (
        "write the reports, one page per persona and language",
        "Reads results and pictures, runs notebooks/persona_report.ipynb for each persona\n"
        "and language; writes reports/*.html, each complete in itself.",
    ),
}
