import NIOCore
import ZoneModel
import ZoneTime

/// The lanes of a run, one on each event loop. Reaches into each only on its own loop.
struct LaneGroup: Sendable {
    private let lanes: [NIOLoopBound<any Lane>]

    init(
        _ options: FleetOptions, _ credentials: [NodeCredential], ledger: Ledger?, clock: any ZoneClock,
        loops: [any EventLoop]
    ) async throws {
        let (base, start) = (clock.wall(), clock.mono())
        try ledger?.begins(seed: options.seed, base: base)
        var lanes: [NIOLoopBound<any Lane>] = []
        for (number, loop) in loops.enumerated() {
            // Dealt out like cards: zones of one name follow each other on different loops.
            let share = credentials.enumerated().filter { $0.offset % loops.count == number }
            let builder = LaneBuilder(
                options: options, base: base, start: start, clock: clock, ledger: ledger, lane: number,
                lanes: loops.count, credentials: share.map { ($0.offset, $0.element) })
            lanes.append(
                try await loop.submit { NIOLoopBound(builder.build(on: loop), eventLoop: loop) }.get())
        }
        self.lanes = lanes
    }

    func begin() async throws { for lane in lanes { try await on(lane) { $0.begin() } } }
    func startCounting() async throws { for lane in lanes { try await on(lane) { $0.startCounting() } } }
    func stop() async throws { for lane in lanes { try await on(lane) { $0.stop() } } }

    func end(goodbye: Bool, _ clock: any ZoneClock) async throws {
        for lane in lanes { try await on(lane) { $0.end(goodbye: goodbye) } }
        // As long as an agent gives its own.
        if goodbye { try? await clock.sleep(for: .seconds(2)) }
        for lane in lanes { try await on(lane) { $0.hangUp() } }
    }

    func figures() async throws -> LaneFigures {
        var sum = LaneFigures()
        for lane in lanes { sum.add(try await on(lane) { $0.figures }) }
        return sum
    }

    private func on<Value: Sendable>(
        _ lane: NIOLoopBound<any Lane>, _ work: @escaping @Sendable (any Lane) -> Value
    ) async throws -> Value {
        try await lane.eventLoop.submit { work(lane.value) }.get()
    }
}

/// Makes the seats of one lane, on its loop.
private struct LaneBuilder: Sendable {
    let options: FleetOptions
    let base: WallTime
    let start: MonoTime
    let clock: any ZoneClock
    let ledger: Ledger?
    let lane: Int
    let lanes: Int
    let credentials: [(number: Int, credential: NodeCredential)]

    func build(on loop: any EventLoop) -> any Lane {
        let post = Post(loop: loop, options: options, clock: clock, start: start, ledger: ledger, lane: lane)
        let seats = credentials.map { number, credential in
            Seat(
                machine: options.machine(number, credential.name, base: base), credential: credential,
                line: NodeLine(loop: loop, hub: options.hub), instance: 0)
        }
        guard let load = options.load else {
            return FleetLane(post: post, seats: seats, options: options, lane: lane)
        }
        return LoadLane(post: post, seats: seats, load: load, options: options, lanes: lanes)
    }
}

extension FleetOptions {
    /// The node of a number, always the same for a seed.
    func machine(_ number: Int, _ name: NodeName, base: WallTime) -> NodeMachine {
        var random = FleetRandom(seed: seed, node: number)
        var skew: Int64 = 0
        if let wrong = faults.first(where: { $0.kind == .clock }), random.happens(wrong.share) {
            skew = wrong.by ?? (random.below(2) == 0 ? -1 : 1) * 2 * 365 * 86_400_000
        }
        let firstBeat = random.wait(below: Int64(returnWithin * 1000))
        var nature = NodeMachine.Nature(name: name, random: random, isDemo: isDemo, base: base)
        (nature.skew, nature.poison) = (skew, faults.share(.poison))
        nature.eventsPerDay = load == nil ? eventsPerDay : 0
        return NodeMachine(
            nature, historyFrom: -Int64(daysOffline) * 86_400_000, thin: faults.share(.thin), firstBeat: firstBeat)
    }
}
