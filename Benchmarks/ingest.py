"""The hub's ingest beside PostgreSQL and mosquitto; then what a zone's history takes on the disks."""
import growth
import ingest_charts
import ingest_report
import offline
import race


def measure(_, folder, occasion):
    """{file's name: content}."""
    found = race.run(folder)
    grown, away = growth.measure(folder), offline.measure(folder)
    facts = [*occasion.facts(), ('disk', f'{found.flush:.2f} ms to append 4 KiB and flush it (fdatasync, median)')]
    parts = [ingest_report.race(found), ingest_report.grown(grown), ingest_report.away(away)]
    return {'figures-ingest.md': ingest_report.whole(facts, occasion.kind, parts),
            'figures-ingest.svg': ingest_charts.race(found), 'figures-growth.svg': ingest_charts.growth(grown)}
