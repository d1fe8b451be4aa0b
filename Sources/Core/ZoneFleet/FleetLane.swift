import NIOCore
import ZoneModel

/// What the lanes of both kinds are asked from outside.
protocol Lane: AnyObject {
    var post: Post { get }
    var seats: [Seat] { get }
    func begin()
    /// What was counted so far does not count.
    func startCounting()
    /// Nothing happens any more; what is there is still told.
    func stop()
    /// The ledger's last words; lines stay up only for goodbyes.
    func end(goodbye: Bool)
}

extension Lane {
    func hangUp() { for seat in seats { seat.line.cut() } }

    var figures: LaneFigures {
        var figures = LaneFigures()
        (figures.tally, figures.trouble) = (post.tally, post.ledgerFailure)
        for seat in seats { figures.add(seat) }
        return figures
    }
}

/// How one lane stands.
package struct LaneFigures: Sendable {
    package var tally = Tally()
    package var nodes = 0
    package var connected = 0
    /// Events that the hub does not hold yet, all nodes together.
    package var behind: Int64 = 0
    /// Nodes that have something to tell.
    package var unsettled = 0
    package var trouble: String?

    package init() {}

    package mutating func add(_ other: LaneFigures) {
        tally.add(other.tally)
        (nodes, connected) = (nodes + other.nodes, connected + other.connected)
        (behind, unsettled) = (behind + other.behind, unsettled + other.unsettled)
        trouble = trouble ?? other.trouble
    }

    mutating func add(_ seat: Seat) {
        nodes += 1
        connected += seat.line.isConnected ? 1 : 0
        behind += seat.machine.behind
        unsettled += seat.machine.isSettled ? 0 : 1
    }
}

/// Zones that live: each speaks when the protocol says so, and the plan's faults befall them.
final class FleetLane: Lane {
    private static let tick = TimeAmount.milliseconds(5)
    private static let sweepEvery: Int64 = 250

    let post: Post
    private let seed: UInt64
    private(set) var seats: [Seat]
    private var heap = DueHeap()
    private var schedule: FaultSchedule
    private var random: FleetRandom
    private var nextSweep: Int64 = 0
    private var isOver = false

    init(post: Post, seats: [Seat], options: FleetOptions, lane: Int) {
        (self.post, self.seats, seed) = (post, seats, options.seed)
        schedule = FaultSchedule(options.faults)
        random = FleetRandom(seed: options.seed ^ 0xFA017, node: lane)
    }

    func begin() {
        for (index, seat) in seats.enumerated() {
            post.record { try $0.opened(seat.speaker, seat.machine) }
            enqueue(seat, index)
        }
        step()
    }

    func startCounting() { post.tally = Tally() }

    func stop() {
        schedule = FaultSchedule([])
        for (index, seat) in seats.enumerated() {
            seat.machine.stop()
            seat.offlineUntil = .min
            enqueue(seat, index)
        }
    }

    func end(goodbye: Bool) {
        if goodbye, !isOver {
            // One last word each; who does not get through is silent, as in life.
            for seat in seats where !seat.machine.isWaiting && seat.offlineUntil <= post.now {
                seat.since = .now()
                post.send(seat, goodbye: true) { _ in }
            }
        }
        guard !isOver else { return }
        isOver = true
        for seat in seats { post.record { try $0.ends(seat.speaker, seat.machine) } }
        guard !goodbye else { return }
        hangUp()
    }

    private func step() {
        guard !isOver else { return }
        let now = post.now
        for fault in schedule.take(at: now) { befall(fault, at: now) }
        while let index = heap.pop(until: now) { visit(index) }
        if now >= nextSweep {
            nextSweep = now + FleetLane.sweepEvery
            post.sweep(seats)
        }
        post.loop.assumeIsolated().scheduleTask(in: FleetLane.tick) { [weak self] in self?.step() }
    }

    private func answered(_ seat: Seat, _ index: Int) {
        guard seat.machine.wantsRenewal, seat.line.isConnected, !isOver else { return enqueue(seat, index) }
        post.renew(seat) { [weak self] in self?.enqueue(seat, index) }
    }

    private func enqueue(_ seat: Seat, _ index: Int) {
        // While it renews there is nothing to visit; what follows calls again.
        guard !seat.line.isBusy || seat.machine.isWaiting else { return }
        let due = seat.machine.due
        // An entry that comes too early is looked at in vain; one too late would not be.
        guard due < seat.queuedFor else { return }
        seat.queuedFor = due
        heap.push(due, index)
    }

    private func visit(_ index: Int) {
        let seat = seats[index]
        seat.queuedFor = .max
        let now = post.now
        seat.machine.happen(until: now)
        if seat.machine.beatDue <= now, !seat.line.isBusy {
            if seat.offlineUntil > now {
                seat.machine.noLine(at: now)
            } else {
                seat.since = .now()
                post.send(seat) { [weak self] seat in self?.answered(seat, index) }
            }
        }
        enqueue(seat, index)
    }

    private func befall(_ fault: Fault, at now: Int64) {
        for (index, seat) in seats.enumerated() where random.happens(fault.share) {
            switch fault.kind {
            case .outage:
                seat.offlineUntil = now + fault.lasts
                seat.line.cut()
            case .storm: seat.machine.storm(at: now)
            case .clone: addTwin(of: seat, at: now)
            case .rewind:
                seat.line.cut()
                seat.machine.rewind(events: fault.by.map { Int($0) }, at: now)
                post.record { try $0.opened(seat.speaker, seat.machine) }
            case .replay: seat.machine.replayDay(at: now)
            case .reboot:
                seat.line.cut()
                seat.machine.reboot(at: now)
                post.record { try $0.opened(seat.speaker, seat.machine) }
            case .clock, .poison, .lost, .thin: break
            }
            enqueue(seat, index)
        }
    }

    /// A second PC from the same image, with the same certificate; a twin has none of its own.
    private func addTwin(of seat: Seat, at now: Int64) {
        guard seat.speaker.instance == 0 else { return }
        let machine = seat.machine.clone(seed: random.next(), at: now)
        let line = NodeLine(loop: post.loop, hub: post.hub)
        let twin = Seat(machine: machine, credential: seat.credential, line: line, instance: 1)
        post.record { try $0.opened(twin.speaker, twin.machine) }
        seats.append(twin)
        enqueue(twin, seats.count - 1)
    }
}
