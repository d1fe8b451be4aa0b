import ZoneModel
import ZoneWire

/// Orders of the hub at a simulated node: accepted at once, done with the next heartbeat.
struct NodeOrders {
    private var states: [HexID: CommandState] = [:]
    private var verbs: [HexID: String] = [:]
    /// The last event was too large together with the state.
    var leavesStateOut = false
    private(set) var untold: [OrderResultJSON] = []

    var isIdle: Bool { untold.isEmpty && states.values.allSatisfy(\.isOver) }

    /// - Returns: whether there was one that is new here; the hub repeats what it has no answer to.
    mutating func take(_ commands: [JSONValue], at now: WallTime) -> Bool {
        var isNew = false
        for command in commands {
            guard let bytes = try? WireCoding.encode(command),
                let order = try? WireCoding.decode(OrderJSON.self, bytes), states[order.id] == nil
            else { continue }
            (states[order.id], verbs[order.id]) = (.accepted, order.verb)
            untold.append(OrderResultJSON(id: order.id, state: .accepted, at: now))
            isNew = true
        }
        return isNew
    }

    /// The hub has these; what was accepted there is done by now.
    /// - Returns: the orders that came to their end.
    mutating func settle(_ told: [OrderResultJSON], at now: WallTime) -> [(id: HexID, verb: String)] {
        untold.removeAll { told.contains($0) }
        let done = told.filter { $0.state == .accepted && states[$0.id] == .accepted }
        for result in done {
            states[result.id] = .succeeded
            untold.append(OrderResultJSON(id: result.id, state: .succeeded, at: now, result: ["simulated": true]))
        }
        return done.map { ($0.id, verbs[$0.id] ?? "") }
    }
}
