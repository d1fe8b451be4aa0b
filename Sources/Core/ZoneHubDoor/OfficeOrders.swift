import HTTPTypes
import Logging
import ZoneHubCore
import ZoneHubStore
import ZoneModel
import ZoneTime
import ZoneWire

/// Orders from the office's desk to the nodes' heartbeats, and what comes back.
package struct OfficeOrders: Sendable {
    /// A person waits at most this long after the last news; then the node goes back to its ordinary rhythm.
    private static let personsPatience = Duration.seconds(600)
    /// As many go along with one reply.
    private static let atOnce = 16
    private static let usualTTL = Duration.seconds(600)
    private static let possibleTTL: ClosedRange<Int64> = 1000...86_400_000
    /// A configuration has at most 64 KiB; escaped it is longer.
    private static let argumentLimit = 160 << 10

    let book: OrderBook
    private let clock: any ZoneClock
    private let log: Logger
    private let knows: @Sendable (NodeName) async -> Bool

    /// - Parameter knows: whether there is such a node; an order for a mistyped one would never end.
    package init(
        book: OrderBook, clock: any ZoneClock, log: Logger, knows: @escaping @Sendable (NodeName) async -> Bool
    ) {
        (self.book, self.clock, self.log, self.knows) = (book, clock, log, knows)
    }

    func place(_ request: OrderRequest, by actor: String) async throws -> OrderRecordJSON {
        let name = NodeName(zone: request.zone, node: request.node)
        guard await knows(name) else {
            throw OfficeError.notFound(
                "no node \(name) has ever reported here: compare with the wall", zh: "没有节点 \(name)，请对照大屏核对编号")
        }
        try OfficeOrders.check(request)
        let ttl = request.ttl.map { Duration.milliseconds($0) } ?? OfficeOrders.usualTTL
        let order = OrderRecordJSON(id: .make(), request, actor: actor, createdAt: clock.wall(), ttl: ttl)
        do {
            try await book.place(order)
        } catch is OrderBook.QueueFull {
            throw OfficeError(
                .conflict, "order.queueFull",
                "\(name) has \(OrderBook.openLimit) open orders: wait until some are over",
                zh: "\(name) 还有 \(OrderBook.openLimit) 条命令未结束，请稍后再下达")
        }
        return order
    }

    private static func check(_ request: OrderRequest) throws {
        let verb = request.verb
        if verb.needsDevice == true, request.device == nil {
            throw OfficeError.invalid("device: \(verb.rawValue) needs one")
        }
        if verb.needsDevice == false, request.device != nil {
            throw OfficeError.invalid("device: \(verb.rawValue) concerns the whole PC")
        }
        if let ttl = request.ttl, !possibleTTL.contains(ttl) {
            throw OfficeError.invalid("ttl: expected 1000 to 86400000 ms")
        }
        if Set(request.requires ?? []).count != request.requires?.count ?? 0 {
            throw OfficeError.invalid("requires: each one once")
        }
        switch request.args {
        case nil, .object: break
        default: throw OfficeError.invalid("args: expected an object")
        }
        guard try WireCoding.encode(request.args ?? .null).count <= argumentLimit else {
            throw OfficeError.invalid("args: more than \(argumentLimit >> 10) KiB")
        }
    }

    func cancel(_ id: HexID, by actor: String) async throws -> OrderRecordJSON {
        guard let order = try await book.cancel(id, by: actor, at: clock.wall()) else {
            throw OfficeError.notFound("no order \(id)", zh: "没有这条命令")
        }
        guard order.state == .cancelled else {
            throw OfficeError(
                .conflict, "order.tooLate", "it is \(order.state.rawValue): only what is queued can be taken back",
                zh: "命令已发出或已结束，不能撤回")
        }
        return order
    }

    /// The latest first, as they stand now.
    func orders(of zone: ZoneID?, limit: Int) async throws -> [OrderRecordJSON] {
        try await book.conclude(at: clock.wall())
        return try await book.orders(of: zone, limit: limit)
    }

    func order(_ id: HexID) async throws -> OrderRecordJSON {
        try await book.conclude(at: clock.wall())
        guard let order = try await book.order(id) else { throw OfficeError.notFound("no order \(id)", zh: "没有这条命令") }
        return order
    }

    /// How many are not over.
    func openCount() async throws -> Int {
        try await book.conclude(at: clock.wall())
        return book.open.count
    }
}

/// The heartbeats' side.
extension OfficeOrders: OrderShelf {
    /// Repeated with each reply until the node has said what it makes of them. No SQL when there is none.
    package func outgoing(for name: NodeName, at now: WallTime) async -> [OrderJSON] {
        guard !book.open.orders(of: name).isEmpty else { return [] }
        do {
            try await book.conclude(at: now)
            let fresh = waiting(name).filter { $0.state == .queued }
            if !fresh.isEmpty { try await book.markSent(fresh, at: now) }
            return waiting(name).filter { $0.state == .sent }.map { OrderJSON($0, at: now) }
        } catch {
            // They stay queued; the next heartbeat finds them again.
            log.error("Orders could not be sent", metadata: ["node": "\(name)", "error": "\(error)"])
            return []
        }
    }

    private func waiting(_ name: NodeName) -> ArraySlice<OrderRecordJSON> {
        book.open.orders(of: name).filter { [.queued, .sent].contains($0.state) }.prefix(OfficeOrders.atOnce)
    }

    package func isSomebodyWaiting(for name: NodeName) async -> Bool {
        let open = book.open.orders(of: name)
        guard !open.isEmpty else { return false }
        let since = clock.wall().advanced(byMilliseconds: -OfficeOrders.personsPatience.milliseconds)
        return open.contains { $0.changedAt > since }
    }

    /// - Throws: SQLite's errors only: then the node sends them again.
    package func take(_ results: [OrderResultJSON], from name: NodeName, at now: WallTime) async throws {
        let reading = try await book.take(results, from: name, at: now)
        guard !reading.refused.isEmpty else { return }
        log.warning(
            "Results for orders that are not this node's are refused",
            metadata: ["node": "\(name)", "orders": "\(reading.refused.prefix(5).map(\.text))"])
    }
}

extension OrderJSON {
    /// - Parameter now: the node begins within what is left of the time, so that both ends agree when it is over.
    fileprivate init(_ order: OrderRecordJSON, at now: WallTime) {
        let left = order.expiresAt.milliseconds - now.milliseconds
        self.init(
            id: order.id, verb: order.verb, device: order.device, args: order.args,
            ttl: min(max(1000, left), 86_400_000), requires: order.requires, actor: order.actor)
    }
}
