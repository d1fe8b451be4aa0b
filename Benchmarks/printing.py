"""Printing: how long until a document is accepted, beside lp; what watching printers costs; memory over many jobs."""
import printing_jobs
import printing_report
import printing_watch


def measure(_, folder, occasion):
    """{file's name: content}."""
    watched = printing_watch.measure(folder)
    races, grown, notes = printing_jobs.measure(folder)
    facts = [*occasion.facts(), *notes]
    parts = [printing_report.race(races), printing_report.watched(watched), printing_report.grown(grown)]
    return {'figures-printing.md': printing_report.whole(facts, occasion.kind, parts),
            'figures-printing.svg': printing_report.chart(races, grown)}
