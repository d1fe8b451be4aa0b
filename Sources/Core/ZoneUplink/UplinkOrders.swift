import ZoneModel
import ZoneWire

/// Where orders of the hub go and where their results come from. Calls return soon: they write down, they do not act.
package protocol OrderDesk: Sendable {
    /// Orders of one reply, in the hub's order. The hub repeats an order until a result of it has arrived, so the same
    /// id comes more than once and is done once.
    func take(_ orders: [OrderJSON]) async
    /// What the hub has not heard yet, the oldest first; again until `delivered`.
    func pendingResults() async -> [OrderResultJSON]
    /// A heartbeat with exactly these was accepted. Newer results of the same orders stay pending.
    func delivered(_ results: [OrderResultJSON]) async
    /// Yields when there is a result to tell; read by one uplink.
    var news: AsyncStream<Void> { get }
}

extension OrderResultJSON {
    private static let long = 16 << 10

    private var isLong: Bool { ((try? WireCoding.encode(self)) ?? []).count > OrderResultJSON.long }

    static func hasLong(_ results: [OrderResultJSON]?) -> Bool { results?.contains { $0.isLong } ?? false }

    /// How it ended is worth more than its output.
    var brief: OrderResultJSON {
        guard isLong else { return self }
        var brief = self
        brief.result = ["message": "the result is too large for the hub; it stays on the PC"]
        return brief
    }
}

/// What a reply's `commands` say.
struct IncomingOrders: Sendable {
    /// More than this in one reply is not a person's doing; the rest comes again with the next one.
    static let most = 32

    var orders: [OrderJSON] = []
    /// For those whose id alone could be read: without an answer the hub would repeat them for ever.
    var refusals: [OrderResultJSON] = []

    init(_ values: [JSONValue], at now: WallTime) {
        for value in values.prefix(IncomingOrders.most) {
            do {
                orders.append(try WireCoding.decode(OrderJSON.self, try WireCoding.encode(value)))
            } catch {
                guard let id = value["id"]?.stringValue.flatMap({ HexID($0) }) else { continue }
                let why = "this agent cannot read the order: \(WireCoding.explain(error))"
                refusals.append(
                    OrderResultJSON(id: id, state: .rejected, at: now, result: ["message": .string(why)]))
            }
        }
    }
}
