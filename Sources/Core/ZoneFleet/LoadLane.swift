import NIOCore
import ZoneModel

/// Nodes as a load: each heartbeat carries fresh events, as fast as answers come (closed) or at a rate (open).
final class LoadLane: Lane {
    private static let tick = TimeAmount.milliseconds(1)
    private static let sweepEvery: Int64 = 250
    /// After a failure, so that a hub that is down is not hammered.
    private static let failurePause: Int64 = 200

    let post: Post
    let seats: [Seat]
    private let load: FleetOptions.Load
    private let spread: Int64
    /// Between two heartbeats of this lane in an open loop.
    private let gap: TimeAmount?
    private var arrival = NIODeadline.distantPast
    /// Heartbeats that are due and have no node that is free: their time counts from when they were due.
    private var waiting = Line<NIODeadline>()
    /// All take their turn: a node that never speaks would be no load.
    private var idle = Line<Seat>()
    private var paused: [(until: Int64, seat: Seat)] = []
    private var nextSweep: Int64 = 0
    private var isOver = false
    private var isStopped = false

    init(post: Post, seats: [Seat], load: FleetOptions.Load, options: FleetOptions, lanes: Int) {
        (self.post, self.seats, self.load) = (post, seats, load)
        spread = Int64(options.returnWithin * 1000)
        gap = load.rate.map { .nanoseconds(Int64(1e9 * Double(lanes) / $0)) }
    }

    func begin() {
        arrival = .now() + .milliseconds(spread)
        for (index, seat) in seats.enumerated() {
            post.record { try $0.opened(seat.speaker, seat.machine) }
            paused.append((post.now + spread * Int64(index) / Int64(seats.count), seat))
        }
        step()
    }

    func startCounting() { post.tally = Tally() }

    func stop() {
        isStopped = true
        while let seat = idle.next() { next(seat) }
    }

    func end(goodbye: Bool) {
        guard !isOver else { return }
        isOver = true
        for seat in seats { post.record { try $0.ends(seat.speaker, seat.machine) } }
        hangUp()
    }

    private func step() {
        guard !isOver else { return }
        let now = post.now
        release(at: now)
        arrive()
        if now >= nextSweep {
            nextSweep = now + LoadLane.sweepEvery
            post.sweep(seats)
        }
        post.loop.assumeIsolated().scheduleTask(in: LoadLane.tick) { [weak self] in self?.step() }
    }

    private func release(at now: Int64) {
        guard paused.contains(where: { $0.until <= now }) else { return }
        let ready = paused.filter { $0.until <= now }.map(\.seat)
        paused.removeAll { $0.until <= now }
        for seat in ready { next(seat) }
    }

    /// In an open loop: what became due since the last look.
    private func arrive() {
        guard let gap, !isStopped else { return }
        let now = NIODeadline.now()
        while arrival <= now {
            waiting.append(arrival)
            arrival = arrival + gap
        }
        while !waiting.isEmpty, let seat = idle.next() { send(seat, since: waiting.next() ?? now) }
    }

    private func next(_ seat: Seat) {
        guard !isOver, !isStopped || seat.machine.behind > 0 else { return }
        guard gap != nil, !isStopped else { return send(seat, since: .now()) }
        if let due = waiting.next() { send(seat, since: due) } else { idle.append(seat) }
    }

    private func send(_ seat: Seat, since: NIODeadline) {
        let now = post.now
        seat.since = since
        let missing = load.eventsPerBeat - Int(min(seat.machine.behind, 500))
        if !isStopped, missing > 0 { seat.machine.produce(missing, at: now) }
        post.send(seat, limit: max(1, load.eventsPerBeat)) { [weak self] seat in self?.answered(seat) }
    }

    private func answered(_ seat: Seat) {
        let wasFine = seat.machine.hasNoFailure
        guard wasFine else { return paused.append((post.now + pause(seat), seat)) }
        next(seat)
    }

    /// As the hub asked, within reason.
    private func pause(_ seat: Seat) -> Int64 {
        min(max(LoadLane.failurePause, seat.machine.askedPause(at: post.now)), 60_000)
    }
}

/// First come, first served.
private struct Line<Element> {
    private var items: [Element] = []
    private var head = 0

    var isEmpty: Bool { head == items.count }

    mutating func append(_ item: Element) { items.append(item) }

    mutating func next() -> Element? {
        guard head < items.count else { return nil }
        defer {
            head += 1
            if head > 4096 {
                items.removeFirst(head)
                head = 0
            }
        }
        return items[head]
    }
}
