import DriverKit
import ZoneDesks
import ZoneJournal
import ZoneModel
import ZoneTime
import ZoneWire

/// One check of all devices: each is asked anew, the judge is given time, and what came of it is kept as `check.done`.
struct CheckRun: Sendable {
    /// For one device, with the looks that the judge needs; a wedged driver takes longer, and nobody waits for it.
    static let patience = Duration.seconds(100)
    /// A second fact raises, and a good one must have lasted ten seconds.
    static let secondLook = Duration.seconds(11)
    private static let mostLooks = 3

    let tools: AgentTools
    let command: CommandJSON
    let kind: CheckKind
    let prints: Bool
    let page: @Sendable (CommandJSON) async throws(DeviceError) -> JSONValue

    private var clock: any ZoneClock { tools.clock }
    private var board: Board { tools.station.board }

    func run() async throws(DeviceError) -> JSONValue {
        await warmUp()
        let cards = board.states.map(\.card)
        var check = CheckJSON(
            id: command.id, check: kind, actor: command.actor, begunAt: clock.wall(), of: cards.count)
        tools.checks.show(check)
        defer { tools.checks.show(nil) }
        check.devices = kind == .opening ? await together(cards) : await inTurn(cards)
        let isWhole = check.devices.count == cards.count && !Task.isCancelled
        (check.state, check.endedAt) = (isWhole ? .done : .stopped, clock.wall())
        check.passed = isWhole && check.devices.allSatisfy(\.hasPassed)
        return try await keep(check)
    }

    /// What an earlier run was asked for begins with this one, when nothing is open yet.
    private func warmUp() async {
        guard !CheckVerb.isFirst(command, tools) else { return }
        let rest = OpeningTest.warmUp - clock.mono().since(tools.startedAt)
        if rest > .zero { try? await clock.sleep(for: rest) }
    }

    /// The evidence is on the disk before anybody is told of it.
    private func keep(_ check: CheckJSON) async throws(DeviceError) -> JSONValue {
        do {
            let data = try WireCoding.decode(JSONValue.self, try WireCoding.encode(check))
            let event = EventDraft(
                .checkDone, .a, subject: "zone", at: clock.wall(), clockQuality: clock.quality(),
                mono: clock.mono(), data: data)
            // In a task of its own: one that is cancelled hears of no commit.
            let journal = tools.journal
            _ = try await Task { try await journal.write([Entry(event)], .now) }.value
            return data
        } catch {
            throw DeviceError(.ioFailed, doing: "check", "the result could not be kept: \(error)".cleaned(limit: 200))
        }
    }

    private func together(_ cards: [DeviceCard]) async -> [CheckJSON.Line] {
        await withTaskGroup(of: CheckJSON.Line.self) { group in
            for card in cards { group.addTask { await line(card) } }
            var lines: [CheckJSON.Line] = []
            for await line in group {
                tools.checks.add(line)
                lines.append(line)
            }
            return lines.sorted { $0.device < $1.device }
        }
    }

    private func inTurn(_ cards: [DeviceCard]) async -> [CheckJSON.Line] {
        var lines: [CheckJSON.Line] = []
        for card in cards where !Task.isCancelled {
            var line = await line(card)
            if prints, [.printer, .copier].contains(card.kind), card.watch == .machine, line.outcome != "held" {
                line.page = await printed(card.id)
            }
            tools.checks.add(line)
            lines.append(line)
        }
        return lines
    }

    private func line(_ card: DeviceCard) async -> CheckJSON.Line {
        guard card.watch == .machine else { return CheckJSON.Line(card, board.state(of: card.id), "byPerson") }
        guard board.state(of: card.id)?.mode != .disabled else {
            return CheckJSON.Line(card, board.state(of: card.id), "held")
        }
        let looking = Task { await look(card.id) }
        let seen = await firstOf(looking, orAfter: CheckRun.patience, clock)
        if seen == nil { looking.cancel() }
        let state = board.state(of: card.id)
        switch seen {
        case .some(.success(true)):
            return CheckJSON.Line(card, state, state?.health == .ok ? "ok" : "wrong")
        case .some(.success(false)): return CheckJSON.Line(card, state, "notOpen")
        case .some(.failure(let error)): return CheckJSON.Line(card, state, "failed", error)
        case nil:
            let late = DeviceError(
                .timedOut, doing: "check \(card.id)", "no answer within \(CheckRun.patience.milliseconds) ms")
            return CheckJSON.Line(card, state, "failed", late)
        }
    }

    /// - Returns: whether the device is open; looked at until the judge says what the looks say.
    private func look(_ id: DeviceID) async -> Result<Bool, DeviceError> {
        do throws(DeviceError) {
            for number in 1...CheckRun.mostLooks {
                guard let report = try await tools.supervisor.probe(id) else { return .success(false) }
                if number == CheckRun.mostLooks || report.agrees(with: board.state(of: id)) { break }
                try? await clock.sleep(for: CheckRun.secondLook)
            }
            return .success(true)
        } catch {
            return .failure(error)
        }
    }

    private func printed(_ id: DeviceID) async -> String {
        var command = command
        command.device = id
        do throws(DeviceError) {
            return try await page(command)["state"]?.stringValue ?? "unknown"
        } catch {
            return "\(error)".cleaned(limit: 160)
        }
    }
}

extension Report {
    /// Whether what was seen is what is open.
    fileprivate func agrees(with state: DeviceState?) -> Bool {
        let open = Set(state?.conditions.map(\.code) ?? [])
        return symptoms.allSatisfy { symptom in
            switch symptom.sight {
            case .wrong: open.contains(symptom.code)
            case .fine: !open.contains(symptom.code)
            case .superseded: !open.contains(symptom.code)
            case .unknown: true
            }
        }
    }
}

extension CheckJSON.Line {
    fileprivate init(_ card: DeviceCard, _ state: DeviceState?, _ outcome: String, _ failure: DeviceError? = nil) {
        self.init(device: card.id, kind: card.kind, outcome: outcome)
        health = state?.health
        let open = (state?.conditions ?? []).sorted { $0.severity < $1.severity }
        if !open.isEmpty { codes = open.map(\.code.rawValue) }
        evidence = open.first?.evidence.map { $0.cleaned(limit: 80) }
        error = failure.map { "\($0)".cleaned(limit: 120) }
    }
}
