import GRDB
import ZoneModel
import ZoneWire

/// How an order moves on: told to its node, answered by it, or given up.
extension OrderBook {
    /// What became of results that a node sent.
    package struct Reading: Sendable, Hashable {
        /// Orders that moved on.
        package var changed: [OrderRecordJSON] = []
        /// Results for orders of other nodes, or for none.
        package var refused: [HexID] = []
    }

    /// A node that accepted an order and was not heard for this long after its time will not say how it ended.
    static let patience = Duration.seconds(7 * 86_400)
    /// 64 KiB of JSON; more is noted as too long.
    private static let resultLimit = 64 << 10
    /// One heartbeat has results of at most as many orders as can be open, and of some that were just given up.
    private static let resultCount = 256

    /// Queued ones are sent from now on.
    package func markSent(_ orders: [OrderRecordJSON], at now: WallTime) async throws {
        try await store.writeRelieved { [open] db in
            for id in orders.map(\.id) {
                guard var order = try OrderRows.order(db, id), order.state == .queued else { continue }
                (order.state, order.changedAt) = (.sent, now)
                try OrderRows.put(db, order, open)
                try OrderRows.audit(db, now, "hub", "order.sent", order, "")
            }
        }
    }

    /// Orders that were never accepted in their time are expired; those accepted and never heard of again are
    /// interrupted: nobody knows whether they were done. Costs nothing while none is due.
    package func conclude(at now: WallTime) async throws {
        let due = open.all { OrderBook.conclusion(of: $0, at: now) != nil }
        guard !due.isEmpty else { return }
        try await store.writeRelieved { [open] db in
            for id in due.map(\.id) {
                guard var order = try OrderRows.order(db, id), let state = OrderBook.conclusion(of: order, at: now)
                else { continue }
                (order.state, order.changedAt, order.isConcluded) = (state, now, true)
                try OrderRows.put(db, order, open)
                try OrderRows.audit(db, now, "hub", "order.\(state.rawValue)", order, "")
            }
        }
    }

    private static func conclusion(of order: OrderRecordJSON, at now: WallTime) -> CommandState? {
        switch order.state {
        case .queued, .sent: return order.expiresAt <= now ? .expired : nil
        case .accepted, .scheduled, .running:
            let last = max(order.changedAt, order.expiresAt)
            return last.advanced(byMilliseconds: patience.milliseconds) <= now ? .interrupted : nil
        case .rejected, .succeeded, .failed, .cancelled, .expired, .interrupted: return nil
        }
    }

    /// What a node says of its orders; a replay changes nothing.
    /// - Throws: SQLite's errors only.
    package func take(_ results: [OrderResultJSON], from name: NodeName, at now: WallTime) async throws -> Reading {
        guard !results.isEmpty else { return Reading() }
        return try await store.writeRelieved { [open] db in
            var reading = Reading()
            for result in results.prefix(OrderBook.resultCount) {
                let found = try OrderRows.order(db, result.id)
                guard var order = found, order.name == name else {
                    reading.refused.append(result.id)
                    if let found { try OrderBook.noteForeign(db, found, from: name, at: now) }
                    continue
                }
                guard OrderBook.follows(result.state, order) else { continue }
                (order.state, order.changedAt, order.reportedAt) = (result.state, now, result.at)
                (order.result, order.isConcluded) = (OrderBook.bounded(result.result), nil)
                try OrderRows.put(db, order, open)
                try OrderRows.audit(db, now, "node", "order.\(result.state.rawValue)", order, "")
                reading.changed.append(order)
            }
            return reading
        }
    }

    /// Results may come twice and late, and never lead backwards; what the hub concluded from silence gives way.
    private static func follows(_ state: CommandState, _ order: OrderRecordJSON) -> Bool {
        guard rank(state) >= rank(.accepted) else { return false }
        return order.isConcluded == true || rank(state) > rank(order.state)
    }

    private static func rank(_ state: CommandState) -> Int {
        switch state {
        case .queued: 0
        case .sent: 1
        case .accepted: 2
        case .scheduled: 3
        case .running: 4
        case .rejected, .succeeded, .failed, .cancelled, .expired, .interrupted: 5
        }
    }

    private static func bounded(_ result: JSONValue?) -> JSONValue? {
        guard let result, let bytes = try? WireCoding.encode(result), bytes.count > resultLimit else { return result }
        return ["tooLong": .integer(Int64(bytes.count))]
    }

    /// Ids are random: who knows another node's has it from somewhere. Once per node and order, however often it comes.
    private static func noteForeign(_ db: Database, _ order: OrderRecordJSON, from name: NodeName, at now: WallTime)
        throws
    {
        let known = try DatabaseValue.fetchOne(
            db, sql: "SELECT 1 FROM office_audit WHERE act = 'order.foreignResult' AND subject = ? AND detail = ?",
            arguments: [name.description, order.id.text])
        guard known == nil else { return }
        try OrderRows.audit(db, now, "node", "order.foreignResult", name.description, order.id.text)
    }
}
