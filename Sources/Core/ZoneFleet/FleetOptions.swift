import ZoneModel

/// What a run of the simulator is.
package struct FleetOptions: Sendable {
    /// As fast as it goes, or at a given rate, to measure a hub.
    package struct Load: Sendable, Hashable {
        package var eventsPerBeat: Int
        /// Heartbeats a second, all nodes together: an open loop. `nil` is closed: each node sends when it was answered.
        package var rate: Double?

        package init(eventsPerBeat: Int, rate: Double?) { (self.eventsPerBeat, self.rate) = (eventsPerBeat, rate) }
    }

    package struct Impossible: Error, CustomStringConvertible {
        package let description: String
    }

    package var hub: HubAddress
    package var zones = 10
    package var seconds: Int64 = 60
    /// After `seconds` nothing happens any more; what is there is still told, for at most so long.
    package var settle: Int64 = 10
    package var seed: UInt64 = 1
    package var isDemo = true
    package var eventsPerDay = 60.0
    package var daysOffline = 0
    /// Seconds in which all come (back).
    package var returnWithin: Double = 10
    package var faults: [Fault] = []
    package var load: Load?
    package var isDeflating = true
    package var saysGoodbye = false
    package var threads = 1
    package var prefix = "sim"
    /// Folder of the hub's authority, which issues the certificates.
    package var authority: String?
    /// Nodes that come the long way, and the file with their tokens.
    package var enrol: (count: Int, tokens: String)?
    package var ledger: String?

    package init(hub: HubAddress) { self.hub = hub }

    /// - Throws: `Impossible` naming the option.
    package func check() throws {
        func need(_ isFine: Bool, _ option: String) throws(Impossible) {
            guard isFine else {
                throw Impossible(description: "--\(option) 超出范围。 --\(option) is out of range.")
            }
        }
        try need((1...100_000).contains(zones), "zones")
        try need((1...2_592_000).contains(seconds), "seconds")
        try need((0...3600).contains(settle), "settle")
        try need((0...400).contains(daysOffline), "days-offline")
        try need((0...1_000_000).contains(eventsPerDay), "events-per-day")
        try need((0...86_400).contains(returnWithin), "return-within")
        try need((1...16).contains(threads), "threads")
        try need(Slug("\(prefix)-100000") != nil, "prefix")
        try need(load.map { (0...500).contains($0.eventsPerBeat) } ?? true, "events-per-beat")
        try need(load?.rate.map { $0 > 0 && $0 <= 1_000_000 } ?? true, "rate")
        guard authority != nil || enrol.map({ $0.count >= zones }) == true else {
            throw Impossible(
                description: "需要 --ca，或为每个节点准备令牌（--enrol、--tokens）。 Give --ca, or a token for each node.")
        }
    }

    /// `sim-00001/pc-1`; numbers begin at 1.
    func name(_ number: Int) -> NodeName? {
        let digits = String(number)
        let padded = String(repeating: "0", count: max(0, 5 - digits.count)) + digits
        return NodeName("\(prefix)-\(padded)/pc-1")
    }
}
