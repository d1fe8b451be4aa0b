import ZoneModel
import ZoneWire

extension NodeMachine {
    /// What the hub says to hold of the stream.
    mutating func position(_ reply: HeartbeatReply, _ told: Pending, at now: Int64, _ outcome: inout Outcome) {
        guard let ack = reply.ackThrough, ack.stream == journal.stream, ack.seq >= 0 else { return }
        let known = journal.acknowledged
        if ack.seq > journal.lastSeq { return rewound(hubHolds: ack.seq, told, at: now, &outcome) }
        // Numbers that this disk never sent are another's of the same name (a twin, or before a restored image).
        let held = min(ack.seq, max(journal.sent, known))
        if held > known { outcome.acknowledged = acknowledged((known + 1)...held) }
        if held < known { outcome.lowered = (held + 1)...known }
        journal.acknowledged = held
    }

    /// The hub holds numbers above all of this disk: it was restored from an image. What this heartbeat said is stored,
    /// because the hub acknowledges after its commit; what comes now belongs to a new stream.
    private mutating func rewound(hubHolds seq: Int64, _ told: Pending, at now: Int64, _ outcome: inout Outcome) {
        let through = told.isReplay ? journal.acknowledged : max(journal.acknowledged, told.run.end)
        if through > journal.acknowledged {
            outcome.acknowledged = acknowledged((journal.acknowledged + 1)...through)
        }
        let data: JSONValue = [
            "hubHeld": .integer(seq), "lastSeq": .integer(journal.lastSeq), "oldStream": .string(journal.stream.text),
        ]
        (journal.acknowledged, journal.sent) = (through, through)
        journal.stream = HexID(random: random.next())
        outcome.rewoundTo = journal.stream
        journal.append(Fact(.rewound, at: now), note: (try? WireCoding.encode(data)) ?? Array("{}".utf8))
        (acknowledgedHash, replay) = (nil, nil)
        pacing.hurry(at: now)
    }

    /// What is in a range of numbers.
    private func acknowledged(_ range: ClosedRange<Int64>) -> Outcome.Acknowledged {
        var found = Outcome.Acknowledged(stream: journal.stream, through: range, runs: journal.runs(range))
        for seq in range {
            let fact = journal[seq]
            if fact.what == .thinned { continue }
            if fact.isPoison {
                found.poison += 1
            } else {
                found.events += 1
                found.sum &+= UInt64(journal.checksum(seq, base: nature.base, skew: nature.skew))
            }
        }
        return found
    }
}

// What can be done to a node.
extension NodeMachine {
    /// Power goes and comes back.
    package mutating func reboot(at now: Int64) {
        happen(until: now)
        start("start", at: now)
        (hb, reason, acknowledgedHash, pending, replay) = (0, .boot, nil, nil, nil)
        // A new process knows of no silence that was asked for, and of no failures.
        pacing = Pacing(isDemo: nature.isDemo, firstBeat: now)
        pacing.retry(at: now)
    }

    /// The disk is restored from an image that lacks the last events, and some acknowledgements.
    package mutating func rewind(events: Int?, at now: Int64) {
        let count = events ?? 1 + random.below(20)
        journal.rewind(facts: count, acknowledgements: Int64(random.below(5)))
        reboot(at: now)
    }

    /// A second PC from an image of this one's disk, at the same moment.
    package func clone(seed: UInt64, at now: Int64) -> NodeMachine {
        var twin = self
        twin.random = FleetRandom(seed: seed)
        twin.reboot(at: now)
        return twin
    }

    /// Something changes, here as everywhere.
    package mutating func storm(at now: Int64) {
        happen(until: now)
        if devices.open[Trouble.storm] == nil {
            raise(Trouble.storm, at: now, lasting: 600_000)
        } else {
            clear(Trouble.storm, at: now)
        }
    }

    /// Everything of the last day that the hub holds is told once more.
    package mutating func replayDay(at now: Int64) {
        var first = journal.acknowledged
        while first > 0, journal[first].at > now - 86_400_000 { first -= 1 }
        guard first < journal.acknowledged else { return }
        replay = (first, journal.acknowledged)
        pacing.hurry(at: now)
    }

    /// The heartbeat that is due cannot even be sent.
    package mutating func noLine(at now: Int64) { pacing.noteFailure(at: now, retryAfter: nil, &random) }

    /// Nothing happens any more; what is there is told, and soon.
    package mutating func stop() {
        happenings.isStopped = true
        if !isSettled { pacing.hurryBeforeTheEnd() }
    }
}
