import Synchronization
import ZoneModel
import ZoneWire

/// The orders that are not over, in memory: thousands of heartbeats a second ask whether there is one for them.
/// Changes with each commit, in the order of the commits.
package final class OpenOrders: Sendable {
    private let orders: Mutex<[NodeName: [HexID: OrderRecordJSON]]>

    init(_ records: [OrderRecordJSON]) {
        var index: [NodeName: [HexID: OrderRecordJSON]] = [:]
        for record in records { index[record.name, default: [:]][record.id] = record }
        orders = Mutex(index)
    }

    /// The oldest first.
    package func orders(of node: NodeName) -> [OrderRecordJSON] {
        let mine = orders.withLock { $0[node] }
        return (mine?.values).map { $0.sorted { ($0.createdAt, $0.id.text) < ($1.createdAt, $1.id.text) } } ?? []
    }

    package var count: Int { orders.withLock { $0.values.reduce(0) { $0 + $1.count } } }

    /// Those the hub has something to conclude about.
    func all(where condition: (OrderRecordJSON) -> Bool) -> [OrderRecordJSON] {
        orders.withLock { $0.values.flatMap { $0.values.filter(condition) } }
    }

    func take(_ record: OrderRecordJSON) {
        orders.withLock { index in
            index[record.name, default: [:]][record.id] = record.state.isOver ? nil : record
            if index[record.name]?.isEmpty == true { index[record.name] = nil }
        }
    }
}
