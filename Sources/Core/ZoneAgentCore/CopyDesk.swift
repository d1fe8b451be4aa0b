import Logging
import ZoneAccess
import ZoneConfig
import ZoneControl
import ZoneDesks
import ZoneJournal
import ZoneModel
import ZoneScanning
import ZoneTime
import ZoneWire

extension Places {
    /// On a tmpfs, and for the agent only, as everything below the runtime directory: what was scanned, until it is
    /// printed, and SANE's configuration.
    var copies: String { runtime + "/copies" }
    var scan: String { runtime + "/scan" }
}

/// What copying is done with.
struct CopyTools: Sendable {
    var scanner: any PageScanner
    var jobs: JobDesk
    var journal: Journal
    /// Keys of requests before the agent's start.
    var remembered: [RememberedRequest] = []
    var station: Station
    /// Where a device scans; `nil` when it does not.
    var address: @Sendable (DeviceID) async -> String?
    var fee: @Sendable (JobTicket) -> FeeQuoteJSON
    var clock: any ZoneClock
    var log: Logger
}

/// Copies: one scan at a time, as one picture at a time has room in memory; printing is a job like all others.
actor CopyDesk: CopiesBackend {
    /// How long it waits for the second side of a card.
    static let secondSide = Duration.seconds(60)
    /// Sheets of a feeder.
    static let mostSheets = 20
    /// How long a failed copy is news.
    private static let failureAge = Duration.seconds(3600)
    private static let memory = Duration.seconds(3600)
    private static let mostKept = 50

    struct Session {
        var copy: CopyJSON
        let caller: Caller
        let key: RequestKey?
        var task: Task<Void, Never>?
        /// The second side lies on the glass.
        var second: AsyncStream<Void>.Continuation?
        var waitsUntil: MonoTime?
        var changed: MonoTime
    }

    let tools: CopyTools
    private var sessions: [String: Session] = [:]
    /// Who has the scanner.
    private var scanning: String?
    /// Since when a device's last copy has failed.
    private var failed: [DeviceID: MonoTime] = [:]
    private var memory: RequestMemory

    init(_ tools: CopyTools) { (self.tools, memory) = (tools, RequestMemory(tools.remembered)) }

    func made(by key: RequestKey?, _ request: CopyRequest) async throws -> CopyJSON? {
        guard let key, let id = try memory.made(by: key, at: tools.clock.wall()) else { return nil }
        if let copy = shown(id) { return copy }
        // Forgotten after its hour, or with the agent: its job has the same number.
        guard let job = try await tools.journal.job(id)?.job else { throw ErrorJSON.forgottenCopy }
        return CopyJSON(request, printedBy: job)
    }

    func begin(_ request: CopyRequest, by caller: Caller, key: RequestKey? = nil) async throws -> CopyJSON {
        // Between the question and now somebody may have used it.
        if let made = try await made(by: key, request) { return made }
        guard scanning == nil else {
            throw ErrorJSON(
                code: "copy.busy", message: "another copy is being scanned: wait until it is printed",
                zh: "正在扫描另一份原件，请稍候再试", fixer: .none)
        }
        let id = HexID.make().text
        scanning = id
        if let key { memory.remember(key, made: id, at: tools.clock.wall()) }
        sessions[id] = Session(
            copy: CopyJSON(id: id, request: request), caller: caller, key: key, changed: tools.clock.mono())
        guard let address = await tools.address(request.device) else {
            (scanning, sessions[id]) = (nil, nil)
            if let key { memory.forget(key) }
            throw ErrorJSON(
                code: "copy.unsupported", message: "\(request.device) has no scanner that is set up (escl: on)",
                zh: "这台设备没有设置复印功能", fixer: .technician)
        }
        forgetOld()
        sessions[id]?.task = Task { await self.run(id, CopyPlan(request, address: address), caller) }
        return CopyJSON(id: id, request: request)
    }

    /// Whether somebody copies at the device.
    func isBusy(with device: DeviceID) -> Bool {
        sessions.values.contains { $0.copy.device == device && !$0.copy.state.isOver }
    }

    func key(of id: String) -> RequestKey? { sessions[id]?.key }

    func next(_ id: String) throws -> CopyJSON {
        guard let session = sessions[id], session.copy.state == .waitingForSecondSide, let second = session.second
        else {
            throw ErrorJSON(
                code: "copy.notWaiting", message: "this copy does not wait for a second side", zh: "现在不需要放另一面",
                fixer: .none)
        }
        second.yield()
        change(id) { ($0.copy.state, $0.second, $0.waitsUntil) = (.scanning, nil, nil) }
        return shown(id) ?? session.copy
    }

    func cancel(_ id: String, by caller: Caller) async throws -> CopyJSON {
        guard let session = sessions[id], !session.copy.state.isOver else {
            throw ErrorJSON(code: "copy.over", message: "this copy is over", zh: "复印已结束，不能取消", fixer: .none)
        }
        // Its end, whichever it is, comes from the job; before there is one, from the task.
        if let job = session.copy.job {
            _ = try await tools.jobs.cancel(job, by: caller)
        } else {
            session.task?.cancel()
        }
        return shown(id) ?? session.copy
    }

    func copy(_ id: String) -> (copy: CopyJSON, user: UInt32)? {
        guard let session = sessions[id], let copy = shown(id) else { return nil }
        return (copy, session.caller.uid)
    }

    /// Lets an old failure go, also one from before a restart.
    func tick() async {
        let now = tools.clock.mono()
        for state in tools.station.board.states
        where state.conditions.contains(where: { $0.code == .copyFailed }) && failed[state.card.id] == nil {
            failed[state.card.id] = now
        }
        for (device, since) in failed where now.since(since) >= CopyDesk.failureAge { await clear(device) }
    }

    private func run(_ id: String, _ plan: CopyPlan, _ caller: Caller) async {
        do throws(CopyEnd) {
            let job = try await scanAndSubmit(id, plan, caller)
            leaveScanner(id)
            change(id) { ($0.copy.job, $0.copy.fee, $0.copy.state) = (job.id, job.fee, .printing) }
            // Cancelled at the last moment, when there was no job yet.
            if Task.isCancelled { _ = try? await tools.jobs.cancel(job.id, by: caller) }
            // In a task of its own: a cancelled one hears of no commits, and would take that for the end.
            let ending = Task { () async -> Result<Void, CopyEnd> in
                do throws(CopyEnd) { return .success(try await self.outcome(of: job.id)) } catch {
                    return .failure(error)
                }
            }
            try await ending.value.get()
            change(id) { $0.copy.state = .done }
            await clear(plan.device)
        } catch {
            leaveScanner(id)
            if let fault = error.fault { await raise(plan.device, fault) }
            change(id) { ($0.copy.state, $0.copy.problem) = (error.state, error.problem) }
        }
    }

    private func leaveScanner(_ id: String) { if scanning == id { scanning = nil } }

    /// Waits for the other side of the card.
    func waitForSecondSide(_ id: String) async throws(CopyEnd) {
        let (answers, answer) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        change(id) {
            ($0.copy.state, $0.second) = (.waitingForSecondSide, answer)
            $0.waitsUntil = tools.clock.mono().advanced(by: CopyDesk.secondSide)
        }
        let waiting = Task { for await _ in answers { return } }
        let hasCome = await firstOf(waiting, orAfter: CopyDesk.secondSide, tools.clock) != nil
        answer.finish()
        guard !Task.isCancelled else { throw .cancelled }
        // Who came in the very moment of the time-out was told that it goes on.
        guard hasCome || sessions[id]?.copy.state == .scanning else { throw .nobodyCame }
    }

    func scanned(_ id: String, pages: Int) { change(id) { $0.copy.pages = pages } }

    private func change(_ id: String, _ change: (inout Session) -> Void) {
        guard var session = sessions[id] else { return }
        change(&session)
        if session.copy.state != .waitingForSecondSide { (session.second, session.waitsUntil) = (nil, nil) }
        session.changed = tools.clock.mono()
        sessions[id] = session
    }

    private func shown(_ id: String) -> CopyJSON? {
        guard let session = sessions[id] else { return nil }
        var copy = session.copy
        copy.waitsMs = session.waitsUntil.map { max(0, $0.since(tools.clock.mono()).milliseconds) }
        return copy
    }

    private func forgetOld() {
        let now = tools.clock.mono()
        let over = sessions.filter { $0.value.copy.state.isOver }.sorted { $0.value.changed < $1.value.changed }
        for (index, entry) in over.enumerated()
        where now.since(entry.value.changed) > CopyDesk.memory || over.count - index > CopyDesk.mostKept {
            sessions[entry.key] = nil
        }
    }

    private func raise(_ device: DeviceID, _ evidence: String) async {
        failed[device] = tools.clock.mono()
        await tools.station.take(
            Report(symptoms: [Symptom(.copyFailed, .wrong(evidence: evidence.cleaned(limit: 200)))]), from: device)
    }

    private func clear(_ device: DeviceID) async {
        guard failed.removeValue(forKey: device) != nil else { return }
        await tools.station.takeForGood(Symptom(.copyFailed, .fine), from: device)
    }
}
