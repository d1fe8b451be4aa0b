import ZoneModel
import ZoneWire

/// Where the orders for nodes lie, and where what became of them goes.
package protocol OrderShelf: Sendable {
    /// What goes along with the reply to a heartbeat of this node.
    func outgoing(for name: NodeName, at now: WallTime) async -> [OrderJSON]
    /// Whether a person waits for an answer of this node: then it reports every few seconds.
    func isSomebodyWaiting(for name: NodeName) async -> Bool
    /// Returns when they are on the disk; the node tells them again until then.
    func take(_ results: [OrderResultJSON], from name: NodeName, at now: WallTime) async throws
}

/// No orders at all.
package struct EmptyShelf: OrderShelf {
    package init() {}
    package func outgoing(for name: NodeName, at now: WallTime) async -> [OrderJSON] { [] }
    package func isSomebodyWaiting(for name: NodeName) async -> Bool { false }
    package func take(_ results: [OrderResultJSON], from name: NodeName, at now: WallTime) async throws {}
}
