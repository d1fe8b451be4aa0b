import Glibc
import ZoneLinux
import ZoneModel
import ZoneWire

/// What every simulated node was told to say and what the hub acknowledged, one JSON object a line, for
/// `Tests/Chaos/fleet_check.py`. A line is with the kernel before the next heartbeat of that node goes out, so that the
/// end of this program loses nothing either.
///
/// It is written straight from the event loops: a line is a few hundred bytes to the page cache (about 2 µs), and
/// handing it to another thread would lose the order.
package final class Ledger: Sendable {
    private let file: OwnedFD

    /// - Throws: `SystemError`, also when the file is there already: two runs in one ledger contradict each other.
    package init(path: String) throws {
        file = try OwnedFD(path: path, flags: O_WRONLY | O_CREAT | O_EXCL | O_APPEND, mode: 0o644)
    }

    /// Which copy of a node: 0, and 1 for the twin.
    package struct Speaker: Sendable, Hashable {
        let name: NodeName
        let instance: Int
    }

    func begins(seed: UInt64, base: WallTime) throws(SystemError) {
        try line("run") { json in
            json.raw(",\"seed\":")
            json.word(String(seed))
            json.raw(",\"base\":")
            json.number(base.milliseconds)
        }
    }

    func opened(_ speaker: Speaker, _ machine: NodeMachine) throws(SystemError) {
        for opening in machine.journal.openings { try opened(speaker, machine.stream, opening) }
    }

    /// An opening of a journal, or a stream that goes on with it.
    func opened(_ speaker: Speaker, _ stream: HexID, _ opening: NodeJournal.Opening) throws(SystemError) {
        try line("open", speaker, stream) { json in
            json.raw(",\"epoch\":")
            json.word(opening.epoch.text)
            json.raw(",\"boot\":")
            json.word(opening.boot)
        }
    }

    func said(_ speaker: Speaker, _ said: Said) throws(SystemError) {
        guard !said.runs.isEmpty || said.stateHash != nil else { return }
        try line("say", speaker, said.stream) { json in
            Ledger.runs(said.runs, &json)
            if let hash = said.stateHash {
                json.raw(",\"state\":")
                json.word(hash)
            }
        }
    }

    func heard(_ speaker: Speaker, _ machine: NodeMachine, _ outcome: Outcome) throws(SystemError) {
        if let ack = outcome.acknowledged {
            try line("ack", speaker, ack.stream) { json in
                Ledger.runs(ack.runs, &json)
                json.raw(",\"events\":")
                json.number(ack.events)
                json.raw(",\"poison\":")
                json.number(ack.poison)
                json.raw(",\"sum\":")
                json.word(String(ack.sum))
            }
        }
        if let lowered = outcome.lowered {
            try line("lowered", speaker, machine.stream) { Ledger.runs(machine.journal.runs(lowered), &$0) }
        }
        if let seq = outcome.dropped {
            try line("dropped", speaker, machine.stream) { Ledger.runs(machine.journal.runs(seq...seq), &$0) }
        }
        if outcome.rewoundTo != nil { try opened(speaker, machine) }
    }

    /// How a node stands when nothing more will be sent.
    func ends(_ speaker: Speaker, _ machine: NodeMachine) throws {
        let state = try machine.lastState()
        let devices = try WireCoding.encode(state.state.devices.map(EndDevice.init))
        try line("end", speaker, machine.stream) { json in
            json.raw(",\"through\":")
            json.number(machine.acknowledged)
            json.raw(",\"last\":")
            json.number(machine.lastSeq)
            json.raw(",\"state\":")
            json.word(state.hash)
            json.raw(",\"held\":")
            json.word(machine.acknowledgedHash ?? "")
            json.raw(",\"devices\":")
            json.raw(devices)
        }
    }

    /// What the wall shows of a device, and what the node says it is.
    private struct EndDevice: Encodable {
        struct Open: Encodable {
            let code: String
            let severity: Severity
            let since: WallTime
        }

        let id: DeviceID
        let kind: DeviceKind
        let health: Health
        let serviceable: Bool
        let presence: Presence
        let link: Link
        let conditions: [Open]

        init(_ device: DeviceJSON) {
            (id, kind, health, serviceable) = (device.id, device.kind, device.health, device.serviceable)
            (presence, link) = (device.presence, device.link)
            conditions = device.conditions.map { Open(code: $0.code, severity: $0.severity, since: $0.since) }
        }
    }

    private static func runs(_ runs: [EpochRun], _ json: inout JSONBytes) {
        json.raw(",\"runs\":")
        json.list(runs) { json, run in
            json.raw("[")
            json.word(run.epoch.text)
            json.raw(",")
            json.number(run.from)
            json.raw(",")
            json.number(run.to)
            json.raw("]")
        }
    }

    private func line(
        _ kind: StaticString, _ speaker: Speaker, _ stream: HexID, _ more: (inout JSONBytes) -> Void
    ) throws(SystemError) {
        try line(kind) { json in
            json.raw(",\"node\":")
            json.word(speaker.name.description)
            json.raw(",\"copy\":")
            json.number(Int64(speaker.instance))
            json.raw(",\"stream\":")
            json.word(stream.text)
            more(&json)
        }
    }

    private func line(_ kind: StaticString, _ more: (inout JSONBytes) -> Void) throws(SystemError) {
        var json = JSONBytes(reserving: 256)
        json.raw("{\"what\":\"")
        json.raw(kind)
        json.raw("\"")
        more(&json)
        json.raw("}\n")
        try SmallFile.write(json.bytes, to: file.raw, naming: "the ledger")
    }
}

extension NodeMachine {
    /// Without asking the clock: the one that was sent last, or the one that would be next.
    func lastState() throws -> PreparedState {
        if let prepared { return prepared }
        return try PreparedState(devices.json(base: nature.base, skew: nature.skew, seenAt: nature.base))
    }
}
