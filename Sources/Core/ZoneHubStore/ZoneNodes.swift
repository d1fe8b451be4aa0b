import GRDB
import ZoneModel
import ZoneWire

extension HubStore {
    /// What the nodes of one zone said last of their devices, in the order of their names.
    package func states(of zone: ZoneID) async throws -> [(node: NodeID, state: ZoneStateJSON)] {
        try await reader.read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT nodeNow.node, nodeState.content FROM nodeNow JOIN nodeState ON nodeState.id = nodeNow.id
                    WHERE nodeNow.zone = ? ORDER BY nodeNow.node
                    """, arguments: [zone.text]
            ).map(Cells.init).compactMap { cells in
                guard let node = Slug(cells.text(0)),
                    let state = try? WireCoding.decode(ZoneStateJSON.self, Array(cells.text(1).utf8))
                else { return nil }
                return (node, state)
            }
        }
    }
}
