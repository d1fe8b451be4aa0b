import DriverKit
import Logging
import ZoneAccess
import ZoneJournal
import ZoneModel
import ZoneTime
import ZoneWire

/// Takes commands, one at a time per device, and writes every step down: `running` is on the disk before the effect.
package actor CommandDesk {
    /// Why a requirement is not met for a device now; `nil` when it is.
    package typealias Unmet = @Sendable (OrderJSON.Requirement, DeviceID) -> ErrorJSON?

    private struct Live {
        var command: CommandJSON
        var outcome: Task<CommandJSON, Never>?
        var effect: Task<Result<JSONValue, DeviceError>, Never>?
        var isCancelled = false
    }

    private static let defaultTTL = Duration.seconds(60)
    private static let ttlRange: ClosedRange<Int64> = 1000...86_400_000
    /// Waiting commands per device: more is a program gone wild.
    private static let queueLimit = 32
    /// How long the queue waits for an effect that did not end at its deadline.
    private static let lastPatience = Duration.seconds(30)

    private let journal: Journal
    private let clock: any ZoneClock
    private let log: Logger
    private let verbs: [String: Verb]
    private let unmet: Unmet
    private var live: [String: Live] = [:]
    private var tails: [DeviceID: Task<CommandJSON, Never>] = [:]
    private var memory: RequestMemory

    package init(
        journal: Journal, clock: any ZoneClock, verbs: [Verb], remembered: [RememberedRequest] = [],
        unmet: @escaping Unmet = { requirement, _ in .cannotTell(requirement) }, log: Logger
    ) {
        (self.journal, self.clock, self.log, self.unmet) = (journal, clock, log, unmet)
        self.verbs = Dictionary(verbs.map { ($0.name, $0) }) { first, _ in first }
        memory = RequestMemory(remembered)
    }

    /// - Returns: the action that the verb needs.
    /// - Throws: `ErrorJSON` for a verb that does not exist.
    package nonisolated func action(of verb: String) throws(ErrorJSON) -> Action { try known(verb).action }

    private nonisolated func known(_ verb: String) throws(ErrorJSON) -> Verb {
        if let verb = verbs[verb] { return verb }
        let names = verbs.keys.sorted()
        throw ErrorJSON(
            code: "command.unknown", message: "unknown verb; known: \(names.joined(separator: ", "))",
            zh: "没有这个命令，可用的命令：\(names.joined(separator: "、"))")
    }

    /// Accepts a command and queues it behind the others of its device.
    /// - Returns: the command as accepted, and a task that ends with its outcome.
    package func accept(
        _ request: CommandRequest, for device: DeviceID, by caller: Caller, key: RequestKey? = nil
    ) async throws -> (accepted: CommandJSON, outcome: Task<CommandJSON, Never>) {
        try await accept(CommandDraft(request, for: device, by: caller), key: key)
    }

    /// Whether the caller may, was asked before.
    @discardableResult
    package func accept(
        _ draft: CommandDraft, key: RequestKey? = nil
    ) async throws -> (accepted: CommandJSON, outcome: Task<CommandJSON, Never>) {
        let verb = try check(draft)
        if let key, let made = try memory.made(by: key, at: clock.wall()) { return try await again(made) }
        guard live.values.count(where: { $0.command.device == draft.device }) < CommandDesk.queueLimit else {
            throw ErrorJSON.queueFull(draft.device, limit: CommandDesk.queueLimit)
        }
        if draft.request.ttl == nil, let error = longWork(on: draft.device) { throw error }
        if let complaint = complaint(draft.requires, draft.device) { throw complaint }
        let ttl = draft.request.ttl.map { Duration.milliseconds($0) } ?? CommandDesk.defaultTTL
        var command = draft.command(.accepted, at: clock.wall())
        (command.expires, command.boot) = (clock.mono().advanced(by: ttl).milliseconds, journal.boot)
        let remembered = key.map { memory.remember($0, made: command.id, at: clock.wall()) }
        live[command.id] = Live(command: command)
        // In the queue before anything is awaited: the order of acceptance is the order of the queue.
        let accepted = command
        let recording = Task {
            try await self.record(accepted, .commandAccepted, remembered.map { [.remembered($0)] } ?? [])
        }
        let outcome = enqueue(command, verb, after: recording)
        do {
            try await recording.value
        } catch {
            if let key { memory.forget(key) }
            throw error
        }
        return (command, outcome)
    }

    /// Writes down that something was asked for and will not be done.
    package func reject(_ draft: CommandDraft, because error: ErrorJSON) async throws {
        var command = draft.command(.rejected, at: clock.wall())
        command.result = error.asResult
        try await record(command, .commandRejected)
    }

    /// Behind what takes minutes a command that waits as long as usual would expire, though it could never have begun.
    private func longWork(on device: DeviceID) -> ErrorJSON? {
        let ahead = live.values.map(\.command).filter { $0.device == device && !$0.state.isOver }
            .compactMap { command in verbs[command.verb]?.longWork(command).map { (command: command, work: $0) } }
        let inOrder = ahead.sorted { $0.command.requestedAt < $1.command.requestedAt }
        return ErrorJSON.busy(device, behind: inOrder, at: clock.wall())
    }

    private func complaint(_ requirements: [OrderJSON.Requirement]?, _ device: DeviceID) -> ErrorJSON? {
        requirements?.lazy.compactMap { self.unmet($0, device) }.first
    }

    /// What somebody sees of a command that they could not have given: that it was given and how it ended.
    package nonisolated func shown(_ command: CommandJSON, to caller: Caller) -> CommandJSON {
        guard let verb = verbs[command.verb], !caller.may(verb.action) else { return command }
        var command = command
        (command.args, command.result) = (nil, nil)
        return command
    }

    private func check(_ draft: CommandDraft) throws(ErrorJSON) -> Verb {
        let (request, verb) = (draft.request, try known(draft.request.verb))
        guard verb.target == .device || draft.device == Verb.Target.machineID else {
            throw .wrongTarget(verb.name)
        }
        if let complaint = verb.complaint(request.args) { throw .invalid(complaint) }
        if let ttl = request.ttl, !CommandDesk.ttlRange.contains(ttl) {
            throw .invalid("ttl: expected 1000 to 86400000 (ms)")
        }
        return verb
    }

    /// The same request once more: what became of the first one.
    private func again(_ id: String) async throws -> (accepted: CommandJSON, outcome: Task<CommandJSON, Never>) {
        if let known = live[id] {
            let command = known.command
            return (command, known.outcome ?? Task { command })
        }
        guard let stored = try await journal.command(id) else { throw ErrorJSON.noCommand(id) }
        return (stored, Task { stored })
    }

    private func enqueue(
        _ command: CommandJSON, _ verb: Verb, after recording: Task<Void, any Error>? = nil
    ) -> Task<CommandJSON, Never> {
        let earlier = tails[command.device]
        let outcome = Task {
            _ = await earlier?.value
            // What could not be written down is not done.
            if case .failure = await recording?.result { self.live[command.id] = nil }
            return await self.execute(command.id, verb) ?? command
        }
        live[command.id]?.outcome = outcome
        tails[command.device] = outcome
        return outcome
    }

    /// - Throws: `ErrorJSON` when there is no such command or it is over.
    package func cancel(_ id: String, by caller: Caller) async throws -> CommandJSON {
        guard var entry = live[id] else {
            guard let stored = try await journal.command(id) else { throw ErrorJSON.noCommand(id) }
            throw ErrorJSON(
                code: "command.over", message: "command \(id) is over: \(stored.state.rawValue)",
                zh: "命令已经结束，不能取消", fixer: .none)
        }
        entry.isCancelled = true
        entry.effect?.cancel()
        guard entry.command.state == .accepted else {
            // It runs: whether it can still be stopped is the device's business; the outcome says.
            live[id] = entry
            return entry.command
        }
        let accepted = entry.command
        entry.command.become(.cancelled, .string("cancelled by \(caller) before it ran"), at: clock.wall())
        live[id] = entry
        do {
            try await record(entry.command, .commandCancelled)
        } catch {
            // Nobody is told that it is cancelled: after a restart the journal would know better.
            live[id]?.command = accepted
            live[id]?.isCancelled = false
            throw error
        }
        return entry.command
    }

    /// After a restart: what was running has an unknown outcome, and only what is harmless to repeat runs again.
    package func settle(_ unfinished: [CommandJSON]) async throws {
        for var command in unfinished {
            let isFresh = command.boot == journal.boot && (command.expires ?? 0) > clock.mono().milliseconds
            let wasRunning = command.state == .running
            if isFresh, let verb = verbs[command.verb], !wasRunning || verb.isIdempotent {
                command.state = .accepted
                live[command.id] = Live(command: command)
                _ = enqueue(command, verb)
            } else if wasRunning {
                command.become(.interrupted, "the agent restarted; the outcome is unknown", at: clock.wall())
                try await record(command, .commandInterrupted)
            } else {
                command.become(.expired, "the agent restarted before it ran", at: clock.wall())
                try await record(command, .commandExpired)
            }
        }
    }

    private func execute(_ id: String, _ verb: Verb) async -> CommandJSON? {
        guard var command = live[id]?.command, command.state == .accepted else {
            return live.removeValue(forKey: id)?.command
        }
        defer { live[id] = nil }
        if let expires = command.expires, clock.mono().milliseconds >= expires {
            command.become(.expired, "its turn did not come in time", at: clock.wall())
            // Known before it is written down: whoever cancels meanwhile comes too late.
            live[id]?.command = command
            await finish(command, .commandExpired)
            return command
        }
        if let complaint = complaint(command.requires, command.device) {
            command.become(.rejected, complaint.asResult, at: clock.wall())
            live[id]?.command = command
            await finish(command, .commandRejected)
            return command
        }
        do {
            command.become(.running, nil, at: clock.wall())
            live[id]?.command = command
            try await record(command, .commandRunning)
        } catch {
            log.error("Journal does not take a command", metadata: ["command": "\(id)", "error": "\(error)"])
            command.become(.failed, "the journal does not take it; nothing was done", at: clock.wall())
            await finish(command, .commandFailed)
            return command
        }
        let started = command
        let effect = Task { await CommandDesk.result(of: started, verb) }
        live[id]?.effect = effect
        if live[id]?.isCancelled == true { effect.cancel() }
        let result = await firstOf(effect, orAfter: verb.deadline, clock)
        await conclude(&command, result, wasCancelled: live[id]?.isCancelled == true)
        if result == nil {
            effect.cancel()
            // The next one must not meet this one at the device; a device that never returns is the supervisor's case.
            _ = await firstOf(effect, orAfter: CommandDesk.lastPatience, clock)
        }
        return command
    }

    private static func result(of command: CommandJSON, _ verb: Verb) async -> Result<JSONValue, DeviceError> {
        do {
            return .success(try await verb.effect(command))
        } catch {
            return .failure(error)
        }
    }

    private func conclude(_ command: inout CommandJSON, _ result: Result<JSONValue, DeviceError>?, wasCancelled: Bool)
        async
    {
        switch result {
        case .success(let value):
            command.become(.succeeded, value, at: clock.wall())
            await finish(command, .commandSucceeded)
        case .failure(let error) where wasCancelled:
            command.become(.cancelled, .string("stopped while it ran: \(error)"), at: clock.wall())
            await finish(command, .commandCancelled)
        case .failure(let error):
            command.become(.failed, .string("\(error)"), at: clock.wall())
            await finish(command, .commandFailed)
        case nil:
            command.become(.failed, "no end within its deadline; the outcome is unknown", at: clock.wall())
            await finish(command, .commandFailed)
        }
    }

    /// Returns when it is on the disk: an end that somebody was told and that the journal does not know would be another
    /// one after a restart. Meanwhile the queue of the device waits, and nothing new is accepted.
    private func finish(_ command: CommandJSON, _ name: EventName) async {
        await untilWritten("command \(command.id)", clock, log) { try await self.record(command, name) }
    }

    private func record(_ command: CommandJSON, _ name: EventName, _ more: [Projection] = []) async throws {
        let data = JSONValue.members([
            "id": .string(command.id), "verb": .string(command.verb), "actor": .string(command.actor),
            "order": command.order.map { .string($0.text) }, "result": command.result?.forHistory,
        ])
        let event = EventDraft(
            name, .a, subject: command.device.text, at: command.changedAt, clockQuality: clock.quality(),
            mono: clock.mono(), data: data)
        try await journal.write([Entry(event, [.command(command)] + more)], .now)
    }
}

extension CommandJSON {
    fileprivate mutating func become(_ state: CommandState, _ result: JSONValue?, at now: WallTime) {
        (self.state, self.result, changedAt) = (state, result, now)
    }
}

extension ErrorJSON {
    package static func invalid(_ detail: String) -> ErrorJSON {
        ErrorJSON(code: "request.invalid", message: detail, zh: "请求有误：\(detail)")
    }

    fileprivate static func queueFull(_ device: DeviceID, limit: Int) -> ErrorJSON {
        ErrorJSON(
            code: "command.queueFull", message: "\(limit) commands wait for \(device): try later",
            zh: "设备 \(device) 等待的命令太多，请稍后再试", fixer: .none)
    }

    fileprivate static func wrongTarget(_ verb: String) -> ErrorJSON {
        ErrorJSON(
            code: "command.target",
            message:
                "\(verb) is done to the whole PC: send it to \(Verb.Target.machineID), as an order without a device",
            zh: "\(verb) 针对整台电脑，请发给 \(Verb.Target.machineID)")
    }

    package static func cannotTell(_ requirement: OrderJSON.Requirement) -> ErrorJSON {
        ErrorJSON(
            code: "command.unmet", message: "requires \(requirement.rawValue): nobody here can tell",
            zh: "无法判断是否满足执行条件：\(requirement.rawValue)")
    }

    package static func noCommand(_ id: String) -> ErrorJSON {
        ErrorJSON(code: "not.found", message: "no command \(id.cleaned(limit: 40))", zh: "没有找到这个命令")
    }
}
