import GRDB
import Synchronization
import ZoneCases
import ZoneModel
import ZoneWire

/// Which nodes have lines of cases to be told, in memory: thousands of heartbeats a second ask. Changes after each
/// commit, in the order of the commits.
final class CaseQueue: Sendable {
    private let nodes: Mutex<Set<NodeName>>

    init(_ nodes: Set<NodeName>) { self.nodes = Mutex(nodes) }

    func has(_ name: NodeName) -> Bool { nodes.withLock { $0.contains(name) } }

    func note(_ name: NodeName, _ isWaiting: Bool, after db: Database) {
        db.afterNextTransaction { [self] _ in
            nodes.withLock { if isWaiting { $0.insert(name) } else { $0.remove(name) } }
        }
    }
}

extension HubStore {
    /// In one reply; the rest follows when these are held.
    package static let mostCaseLines = 16

    /// What goes along with the reply to a heartbeat of this node: of what is not over, then the oldest first. No SQL when there is none.
    package func caseLines(for name: NodeName) async throws -> [JSONValue] {
        guard casesDown.has(name) else { return [] }
        return try await reader.read { db in
            try CaseFiles.texts(
                db,
                """
                SELECT case_entry.content FROM case_entry JOIN case_file ON case_file.id = case_entry.caseID
                    WHERE case_entry.isWaiting = 1 AND case_file.zone = ? AND case_file.node = ?
                    ORDER BY case_file.isOver, case_entry.id LIMIT \(HubStore.mostCaseLines)
                """, [name.zone.text, name.node.text]
            ).compactMap { try? WireCoding.decode(JSONValue.self, Array($0.utf8)) }
        }
    }
}
