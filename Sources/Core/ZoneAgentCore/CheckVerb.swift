import DriverKit
import ZoneAccess
import ZoneDesks
import ZoneModel
import ZoneTime
import ZoneWire

/// `check`: looks at everything that this PC watches, at the same time, and says in one answer what came of it. Sent to
/// another device than the PC itself, or with `alone`, it looks at that one only. With `check: opening`, `full` or `monthly` it is a check
/// whose result is kept (`CheckRun`).
enum CheckVerb {
    /// For one device. A driver that is wedged takes longer (its own deadline and 10 s of grace); the others do not wait
    /// for it.
    static let patience = Duration.seconds(45)

    private static let mostTime = Duration.seconds(1800)
    /// At each printer of a check that prints.
    private static let pageTime = Duration.seconds(600)

    static func make(_ tools: AgentTools) -> Verb {
        let lane = TestPageVerb.lane()
        // After a restart it runs again; the pages that it printed then may be out already, and are not printed twice.
        return Verb(
            "check", action: .probeDevice, isIdempotent: true, deadline: mostTime, complaint: complaint,
            longWork: { longWork($0, tools) }
        ) { command throws(DeviceError) in
            if let kind = command.args?["check"]?.stringValue.flatMap(CheckKind.init) {
                guard command.device == Verb.Target.machineID else {
                    throw DeviceError(.refused, doing: "check", "\(kind.rawValue) is a check of the whole PC")
                }
                let run = CheckRun(
                    tools: tools, command: command, kind: kind,
                    prints: command.args?["print"] == .bool(true) && isFirst(command, tools),
                    page: { command throws(DeviceError) in try await TestPageVerb.print(command, tools, lane) })
                return try await run.run()
            }
            let isForAll = command.device == Verb.Target.machineID && command.args?["alone"] != .bool(true)
            let cards = tools.station.board.states.map(\.card).filter { isForAll || $0.id == command.device }
            var lines: [DeviceID: Outcome] = [:]
            await withTaskGroup(of: (DeviceID, Outcome).self) { group in
                for card in cards where card.watch == .machine {
                    group.addTask { (card.id, await outcome(of: card.id, tools)) }
                }
                for await (id, outcome) in group { lines[id] = outcome }
            }
            return answer(cards, lines, tools.station.board)
        }
    }

    /// A check that is kept takes minutes; a look at all devices is over before anybody who waits behind it.
    private static func longWork(_ command: CommandJSON, _ tools: AgentTools) -> LongWork? {
        guard let kind = command.args?["check"]?.stringValue.flatMap(CheckKind.init) else { return nil }
        let warmUp = isFirst(command, tools) ? Duration.zero : OpeningTest.warmUp
        guard kind != .opening else {
            return LongWork("the opening check", zh: "开放时的设备检查", most: CheckRun.patience + warmUp)
        }
        let cards = tools.station.board.states.map(\.card)
        let printers =
            command.args?["print"] == .bool(true) ? cards.count { $0.kind == .printer || $0.kind == .copier } : 0
        let most = warmUp + CheckRun.patience * cards.count + pageTime * printers
        return LongWork("a check of all devices", zh: "全部设备的检查", most: min(mostTime, most))
    }

    private static let complaint: @Sendable (JSONValue?) -> String? = { arguments in
        let rules = Verb.arguments([
            "check": .choice(CheckKind.allCases.map(\.rawValue)), "print": .flag, "alone": .flag,
        ])
        if let complaint = rules(arguments) { return complaint }
        let kind = arguments?["check"]?.stringValue
        if kind != nil, arguments?["alone"] == .bool(true) {
            return "args.alone: a check that is kept is of all devices"
        }
        guard arguments?["print"] == .bool(true), kind == nil || kind == CheckKind.opening.rawValue else { return nil }
        return "args.print: only a full or monthly check prints"
    }

    /// Asked of this run of the agent, and not of one before.
    static func isFirst(_ command: CommandJSON, _ tools: AgentTools) -> Bool {
        let age = tools.clock.mono().since(tools.startedAt)
        return command.requestedAt >= tools.clock.wall().advanced(byMilliseconds: -age.milliseconds)
    }

    private enum Outcome: Sendable {
        case looked([JSONValue])
        case notOpen
        case failed(DeviceError)

        var word: String {
            switch self {
            case .looked(let seen): seen.isEmpty ? "ok" : "wrong"
            case .notOpen: "notOpen"
            case .failed: "failed"
            }
        }
    }

    private static func outcome(of id: DeviceID, _ tools: AgentTools) async -> Outcome {
        let look = Task { await result(id, tools.supervisor) }
        return await firstOf(look, orAfter: patience, tools.clock)
            ?? .failed(DeviceError(.timedOut, doing: "probe \(id)", "no answer within \(patience.milliseconds) ms"))
    }

    private static func result(_ id: DeviceID, _ supervisor: Supervisor) async -> Outcome {
        do throws(DeviceError) {
            return try await supervisor.probe(id).map { .looked($0.seen) } ?? .notOpen
        } catch {
            return .failed(error)
        }
    }

    /// Health is what the judge makes of it, after this look.
    private static func answer(_ cards: [DeviceCard], _ lines: [DeviceID: Outcome], _ board: Board) -> JSONValue {
        let devices = cards.map { card -> JSONValue in
            let outcome = lines[card.id]
            var (seen, error): (JSONValue?, JSONValue?)
            if case .looked(let codes) = outcome, !codes.isEmpty { seen = .array(codes) }
            if case .failed(let failure) = outcome { error = .string("\(failure)".cleaned()) }
            return .members([
                "device": .string(card.id.text), "outcome": .string(outcome?.word ?? "byPerson"),
                "health": (board.state(of: card.id)?.health).map { .string($0.rawValue) }, "seen": seen, "error": error,
            ])
        }
        let words = lines.values.map(\.word)
        func count(_ word: String) -> JSONValue { .integer(Int64(words.count { $0 == word })) }
        return [
            "devices": .array(devices),
            "counts": [
                "asked": .integer(Int64(words.count)), "ok": count("ok"), "wrong": count("wrong"),
                "notOpen": count("notOpen"), "failed": count("failed"),
            ],
        ]
    }
}
