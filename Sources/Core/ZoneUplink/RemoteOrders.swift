import Logging
import ServiceLifecycle
import ZoneJournal
import ZoneModel
import ZoneWire

/// The agent's side of an order: whoever can do it.
package protocol OrderHandler: Sendable {
    /// Takes an order that was never seen before. When it returns, the order is on the disk as accepted or rejected.
    /// - Throws: when it could not be written down; then nothing was done, and the hub asks again.
    func begin(_ order: OrderJSON) async throws
}

/// Orders of the hub on their way in, and how far they are on their way out. It keeps nothing itself: what was seen and
/// what the hub knows stands in the journal, in the row of the command that carries the order out, so a restart at any
/// moment neither does anything twice nor loses a result.
package actor RemoteOrders: OrderDesk, Service {
    /// In one reply; the hub repeats the others.
    package static let mostAtOnce = 32
    private static let mostResults = 50
    /// In bytes of JSON: leaves room for state and history in the same heartbeat.
    private static let roomForResults = 512 << 10

    package nonisolated let news: AsyncStream<Void>
    private nonisolated let bell: AsyncStream<Void>.Continuation
    private let journal: Journal
    private let handler: any OrderHandler
    private let log: Logger
    private var inHand: Set<HexID> = []
    /// What the bell was last rung for.
    private var rung: Set<OrderStep> = []
    /// What the hub asked for again although it was told: the next regular heartbeat is early enough, else a hub that
    /// always asks would be answered without a pause.
    private var repeated: Set<OrderStep> = []

    package init(journal: Journal, handler: any OrderHandler, log: Logger) {
        (self.journal, self.handler, self.log) = (journal, handler, log)
        (news, bell) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    }

    /// Rings whenever an order has come further. Until the journal closes.
    package func run() async throws {
        for await _ in journal.commits().cancelOnGracefulShutdown() { await look() }
        bell.finish()
    }

    package func take(_ orders: [OrderJSON]) async {
        if orders.count > RemoteOrders.mostAtOnce {
            log.warning("Too many orders at once; the rest must be repeated", metadata: ["orders": "\(orders.count)"])
        }
        for order in orders.prefix(RemoteOrders.mostAtOnce) where inHand.insert(order.id).inserted {
            await take(order)
            inHand.remove(order.id)
        }
    }

    private func take(_ order: OrderJSON) async {
        do {
            if let known = try await journal.order(order.id) { return try await tellAgain(known, order.id) }
            log.notice(
                "Order of the hub", metadata: ["order": "\(order.id)", "verb": "\(order.verb.cleaned(limit: 40))"])
            try await handler.begin(order)
        } catch {
            log.error(
                "An order cannot be written down; nothing is done",
                metadata: ["order": "\(order.id)", "error": "\(error)"])
        }
    }

    /// Whoever asks again has not heard the answer: it may have been lost, or the hub restored from yesterday's copy.
    private func tellAgain(_ known: CommandJSON, _ order: HexID) async throws {
        repeated.formUnion([known].compactMap(\.asStep))
        try await journal.write([Entry(nil, [.orderUntold(order)])], .now)
    }

    /// As many as fit into a heartbeat, the oldest first; the rest follows when these are delivered.
    package func pendingResults() async -> [OrderResultJSON] {
        var room = RemoteOrders.roomForResults
        return await untold().compactMap(\.asResult).prefix { result in
            let bytes = (try? WireCoding.encode(result).count) ?? 0
            // The first one goes whatever its size: else it would hold up all the others.
            let fits = room == RemoteOrders.roomForResults || bytes <= room
            room -= bytes
            return fits
        }
    }

    package func delivered(_ results: [OrderResultJSON]) async {
        guard !results.isEmpty else { return }
        do {
            try await journal.write([Entry(nil, results.map { .orderTold($0.id, $0.state) })], .now)
        } catch {
            // Told again with the next regular heartbeat; the hub knows what it knows.
            return log.error("Journal does not take what was delivered", metadata: ["error": "\(error)"])
        }
        let told = Set(results.map(\.id))
        repeated = repeated.filter { !told.contains($0.order) }
        // What did not fit is news again.
        rung = []
        await look()
    }

    private func look() async {
        let steps = Set(await untold().compactMap(\.asStep)).subtracting(repeated)
        guard !steps.isSubset(of: rung) else { return }
        rung = steps
        bell.yield()
    }

    private func untold() async -> [CommandJSON] {
        do {
            return try await journal.untoldOrders(limit: RemoteOrders.mostResults)
        } catch {
            log.error("Journal does not say how far orders are", metadata: ["error": "\(error)"])
            return []
        }
    }
}

private struct OrderStep: Hashable {
    var order: HexID
    var state: CommandState
}

extension CommandJSON {
    fileprivate var asStep: OrderStep? { order.map { OrderStep(order: $0, state: state) } }

    fileprivate var asResult: OrderResultJSON? {
        order.map { OrderResultJSON(id: $0, state: state, at: changedAt, result: result) }
    }
}
