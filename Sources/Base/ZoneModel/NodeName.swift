/// One agent among all: a node of a zone. Its certificate says so, and what the certificate says is the truth.
package struct NodeName: Sendable, Hashable, Codable, Comparable, CustomStringConvertible {
    package var zone: ZoneID
    package var node: NodeID

    package init(zone: ZoneID, node: NodeID) { (self.zone, self.node) = (zone, node) }

    /// `zone/node`; `nil` for anything else.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let zone = Slug(String(parts[0])), let node = Slug(String(parts[1])) else { return nil }
        self.init(zone: zone, node: node)
    }

    package var description: String { "\(zone)/\(node)" }

    package static func < (left: NodeName, right: NodeName) -> Bool {
        (left.zone, left.node) < (right.zone, right.node)
    }
}
