import Synchronization
import ZoneCases
import ZoneModel

/// The case files of this PC as committed, for readers. Nothing appears here before it is on the disk.
package final class CaseBook: Sendable {
    /// That are over and still here; the others are in the journal.
    private static let keptOver = 50

    private let files: Mutex<[ULID: Case]>

    init(_ entries: [CaseEntry]) {
        files = Mutex(
            Dictionary(grouping: entries, by: \.caseID).reduce(into: [:]) { $0[$1.key] = Case(id: $1.key, $1.value) })
    }

    package var all: [Case] { files.withLock { Array($0.values) } }
    package func file(_ id: ULID) -> Case? { files.withLock { $0[id] } }

    func take(_ entries: [CaseEntry]) {
        files.withLock { files in
            for entry in entries { files[entry.caseID, default: Case(id: entry.caseID)].take(entry) }
            let over = files.values.filter(\.isOver)
            guard over.count > CaseBook.keptOver else { return }
            let oldest = over.sorted { ($0.changedAt ?? .distantPast) < ($1.changedAt ?? .distantPast) }
            for file in oldest.dropLast(CaseBook.keptOver) { files[file.id] = nil }
        }
    }

    /// Files about the same device, the latest first.
    func files(about device: DeviceID) -> [Case] {
        all.filter { $0.subject?.device == device }
            .sorted { ($0.openedAt ?? .distantPast) > ($1.openedAt ?? .distantPast) }
    }
}

extension WallTime {
    /// Before anything that is told; not so far that differences overflow.
    static let distantPast = WallTime(milliseconds: -(1 << 53))
}
