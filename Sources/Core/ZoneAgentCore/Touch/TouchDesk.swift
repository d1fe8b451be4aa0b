import DriverKit
import Logging
import ZoneAccess
import ZoneControl
import ZoneJournal
import ZoneModel
import ZoneTime
import ZoneTouch
import ZoneWire

/// What the desk works with.
struct TouchTools: Sendable {
    /// The panel as it is open now.
    var surface: @Sendable (DeviceID) async -> (any TouchSurface)?
    var settings: @Sendable (DeviceID) async -> [String: String]
    /// Closes and opens the panel: the kernel lets go of one that is closed.
    var reopen: @Sendable (DeviceID) async -> Void
    var isLeaseHeld: @Sendable (DeviceID, String) -> Bool
    var releaseLease: @Sendable (DeviceID, String) -> Void
    var calibration: CalibrationDesk
    var journal: Journal
    var clock: any ZoneClock
    var log: Logger
}

/// Checks, calibration and cleaning of touch panels. One at a time per panel. Where somebody touched is in memory while it
/// is needed, and in nothing that is written.
actor TouchDesk: TouchBackend {
    /// How often a session looks at the clock: what nobody touches must end, too.
    static let look = Duration.milliseconds(250)
    private static let patience = Duration.seconds(3)
    private static let memory = Duration.seconds(3600)
    private static let mostKept = 50

    struct Check {
        var session: TouchCheckSession
        var surface: any TouchSurface
        var changed: MonoTime
    }

    let tools: TouchTools
    nonisolated let board = CleaningBoard()
    private var checks: [String: Check] = [:]
    private var cleanings: [DeviceID: CleaningSession] = [:]
    private var tasks: [String: Task<Void, Never>] = [:]
    private var isStopping = false

    init(_ tools: TouchTools) { self.tools = tools }

    func surface(_ device: DeviceID) async throws -> any TouchSurface {
        guard let surface = await tools.surface(device) else { throw ErrorJSON.noSurface(device) }
        return surface
    }

    // MARK: Check

    func beginCheck(
        _ device: DeviceID, _ request: TouchCheckRequest, lease: String?, by caller: Caller
    ) async throws -> TouchCheckBegunJSON {
        let surface = try await surface(device)
        guard let geometry = PanelGeometry(x: surface.capabilities.x, y: surface.capabilities.y) else {
            throw ErrorJSON.noSurface(device)
        }
        let ruler = CheckRuler(request.display, geometry, await tools.settings(device))
        let matrix = await tools.calibration.inForce(device)
        // From here to the entry in the table nothing is waited for: two who begin at once find each other.
        try requireIdle(device)
        forgetOld()
        let duration = Duration.seconds(request.seconds ?? TouchCheckRequest.defaultSeconds)
        let session = TouchCheckSession(
            id: HexID.make().text, device: device, actor: caller.description, lease: lease,
            targets: CheckTargets.grid(request.points), geometry: geometry, matrix: matrix, ruler: ruler, from: now,
            for: duration)
        checks[session.id] = Check(session: session, surface: surface, changed: now)
        follow(
            surface, session.id, take: { await $0.take($1, check: session.id) },
            look: { await $0.look(check: session.id) }, lost: { await $0.lost(check: session.id) })
        return TouchCheckBegunJSON(
            check: session.id, targets: session.targets.map { GlassPointJSON(x: $0.x, y: $0.y) },
            endsIn: duration.milliseconds)
    }

    func check(_ id: String, of device: DeviceID) -> TouchCheckJSON? {
        guard let session = checks[id]?.session, session.device == device else { return nil }
        return session.json(at: now)
    }

    func cancelCheck(_ id: String) async throws {
        guard checks[id]?.session.state == .running else {
            throw ErrorJSON(code: "check.over", message: "this check is over", zh: "检测已经结束", fixer: .none)
        }
        await advance(id) { $0.cancel() }
    }

    private func take(_ frame: ContactFrame, check id: String) async {
        let now = now
        await advance(id) { $0.take(frame, at: now) }
    }

    private func look(check id: String) async {
        let now = now
        await advance(id) { session in
            // Nobody is there any more who could be shown a mark.
            let isAlone = session.lease.map { !tools.isLeaseHeld(session.device, $0) } ?? false
            if isAlone { session.cancel() } else { session.tick(at: now) }
        }
    }

    private func lost(check id: String) async { await advance(id) { $0.cancel() } }

    private func advance(_ id: String, _ change: (inout TouchCheckSession) -> Void) async {
        guard var check = checks[id], check.session.state == .running else { return }
        change(&check.session)
        if check.session.state.isOver { check.changed = now }
        checks[id] = check
        guard check.session.state.isOver else { return }
        tasks.removeValue(forKey: id)?.cancel()
        let (session, surface) = (check.session, check.surface)
        if let finding = session.finding, let learner = surface as? any CheckedSurface {
            Task { await learner.take(finding.verdict) }
        }
        await note(.checkDone, .a, session.device, session.evidence)
    }

    private func forgetOld() {
        let over = checks.filter { $0.value.session.state.isOver }.sorted { $0.value.changed < $1.value.changed }
        for (index, entry) in over.enumerated()
        where now.since(entry.value.changed) > Self.memory || over.count - index > Self.mostKept {
            checks[entry.key] = nil
        }
    }

    // MARK: Cleaning

    func beginCleaning(
        _ device: DeviceID, _ request: CleaningRequest, holder: CleaningHolder, by caller: Caller
    ) async throws -> CleaningJSON {
        let surface = try await surface(device)
        try requireIdle(device)
        let duration = Duration.seconds(request.seconds)
        let session = CleaningSession(
            id: HexID.make().text, device: device, endsAt: now.advanced(by: duration), holder: holder,
            geometry: PanelGeometry(x: surface.capabilities.x, y: surface.capabilities.y))
        cleanings[device] = session
        do throws(DeviceError) {
            try await grab(surface, true)
        } catch {
            cleanings[device] = nil
            // One that did not answer in time may have grabbed all the same.
            if error.code == .timedOut { await tools.reopen(device) }
            throw ErrorJSON.notGrabbed(device, error)
        }
        // Ended, or told to stop, while the panel was being grabbed.
        guard cleanings[device]?.isEnding == false else {
            await letGo(device)
            cleanings[device] = nil
            throw ErrorJSON.noSurface(device)
        }
        cleanings[device]?.isGrabbed = true
        board.set(device, session.endsAt)
        follow(
            surface, session.id, take: { await $0.take($1, cleaning: device) },
            look: { await $0.look(cleaning: device) }, lost: { await $0.end(device, .lost) })
        await note(
            .cleaningStarted, .b, device,
            ["actor": .string(caller.description), "forMs": .integer(duration.milliseconds)])
        return CleaningJSON(cleaning: session.id, endsIn: duration.milliseconds)
    }

    func endCleaning(_ device: DeviceID) async throws {
        guard cleanings[device]?.isEnding == false else {
            throw ErrorJSON(
                code: "cleaning.none", message: "\(device) is not being cleaned", zh: "现在不在清洁模式", fixer: .none)
        }
        await end(device, .released)
    }

    nonisolated func cleaningEndsIn(_ device: DeviceID) -> Duration? {
        board.end(of: device).map { max(.zero, $0.since(tools.clock.mono())) }
    }

    private func take(_ frame: ContactFrame, cleaning device: DeviceID) async {
        cleanings[device]?.take(frame, at: now)
        await look(cleaning: device)
    }

    private func look(cleaning device: DeviceID) async {
        if let why = cleanings[device]?.end(at: now, isLeaseHeld: { tools.isLeaseHeld(device, $0) }) {
            await end(device, why)
        } else if let left = cleanings[device]?.countdown(at: now) {
            await note(.cleaningCountdown, .d, device, ["endsInMs": .integer(left.milliseconds)])
        }
    }

    private func end(_ device: DeviceID, _ why: CleaningSession.End) async {
        guard let session = cleanings[device], !session.isEnding else { return }
        cleanings[device]?.isEnding = true
        guard session.isGrabbed else { return }
        let task = tasks.removeValue(forKey: session.id)
        // In a task of its own: the one that ends here may be the session's, which is cancelled now.
        await Task {
            if why != .lost { await self.letGo(device) }
            cleanings[device] = nil
            board.set(device, nil)
            if session.holder.isLent { tools.releaseLease(device, session.holder.lease) }
            await note(.cleaningEnded, .b, device, ["why": .string(why.rawValue)])
        }.value
        task?.cancel()
    }

    /// Whatever happens, the panel works again afterwards.
    private func letGo(_ device: DeviceID) async {
        guard let surface = await tools.surface(device) else { return }
        do throws(DeviceError) {
            try await grab(surface, false)
        } catch {
            tools.log.error("Panel is not let go of", metadata: ["device": "\(device)", "error": "\(error)"])
            await tools.reopen(device)
        }
    }

    private func grab(_ surface: any TouchSurface, _ isGrabbed: Bool) async throws(DeviceError) {
        let order = Task { () async -> Result<Void, DeviceError> in
            do throws(DeviceError) { return .success(try await surface.setGrabbed(isGrabbed)) } catch {
                return .failure(error)
            }
        }
        guard let result = await firstOf(order, orAfter: Self.patience, tools.clock) else {
            throw DeviceError(.timedOut, doing: isGrabbed ? "grab" : "let go")
        }
        try result.get()
    }

    // MARK: Calibration

    func calibration(_ device: DeviceID) async throws -> CalibrationJSON { try await tools.calibration.json(device) }

    func calibrate(
        _ device: DeviceID, _ request: CalibrationRequest, by caller: Caller
    ) async throws -> CalibrationJSON {
        guard let session = checks[request.check]?.session, session.device == device else {
            throw ErrorJSON(
                code: "not.found", message: "no check \(request.check.cleaned(limit: 40)) of \(device): do one first",
                zh: "没有这次检测的结果，请先做一次触摸检测")
        }
        guard let finding = session.finding, let matrix = finding.calibration else {
            throw ErrorJSON(
                code: "calibration.unfit",
                message: "the check found no map that would put the panel right: repeat it, else repair the panel",
                zh: "这次检测得不出校准值，请重新检测；仍然不行就是触摸屏本身有问题")
        }
        let rule = try await tools.calibration.prepare(matrix, for: device)
        // Who changes where every touch lands is on the disk before it is changed.
        try await write(
            .calibrationWritten, .a, device,
            .members([
                "actor": .string(caller.description), "matrix": .string(matrix.text),
                "residualMm": finding.residualMm.map { .number(($0 * 10).rounded() / 10) },
            ]))
        let written = try await tools.calibration.write(rule, for: device)
        if let learner = checks[request.check]?.surface as? any CheckedSurface {
            // The panel is as it was, and from the desktop's next start on its touches land where the finger is.
            var verdict = finding.verdict
            verdict.shape = .fits
            await learner.take(verdict)
        }
        return written
    }

    func undoCalibration(_ device: DeviceID, by caller: Caller) async throws -> CalibrationJSON {
        let old = try await tools.calibration.undoable(device)
        try await write(
            .calibrationUndone, .a, device,
            .members([
                "actor": .string(caller.description),
                "matrix": CalibrationRule.matrix(in: old).map { .array($0.numbers.map { .number($0) }) },
            ]))
        return try await tools.calibration.undo(device, to: old)
    }

    // MARK: Both

    /// Before the devices are closed.
    func stop() async {
        isStopping = true
        for device in Array(cleanings.keys) { await end(device, .stopping) }
        for id in checks.filter({ $0.value.session.state == .running }).map(\.key) { await lost(check: id) }
    }

    private var now: MonoTime { tools.clock.mono() }

    /// Whether somebody wipes or checks the glass.
    func isAttended(_ device: DeviceID) -> Bool {
        cleanings[device] != nil
            || checks.values.contains { $0.session.device == device && $0.session.state == .running }
    }

    private func requireIdle(_ device: DeviceID) throws {
        if cleanings[device] != nil {
            throw ErrorJSON(
                code: "cleaning.running", message: "\(device) is being cleaned: wait", zh: "正在清洁屏幕，请稍候", fixer: .none)
        }
        if checks.values.contains(where: { $0.session.device == device && $0.session.state == .running }) {
            throw ErrorJSON(
                code: "check.running", message: "\(device) is being checked: wait", zh: "正在做触摸检测，请稍候", fixer: .none)
        }
        guard !isStopping else { throw ErrorJSON.noSurface(device) }
    }

    private func follow(
        _ surface: any TouchSurface, _ id: String,
        take: @escaping @Sendable (TouchDesk, ContactFrame) async -> Void,
        look: @escaping @Sendable (TouchDesk) async -> Void, lost: @escaping @Sendable (TouchDesk) async -> Void
    ) {
        // Begun here, not in the task: a touch that comes meanwhile is not missed.
        let frames = surface.contactFrames()
        tasks[id] = Task { [clock = tools.clock] in
            await withTaskGroup { group in
                group.addTask {
                    for await frame in frames { await take(self, frame) }
                    if !Task.isCancelled { await lost(self) }
                }
                group.addTask {
                    while (try? await clock.sleep(for: TouchDesk.look)) != nil { await look(self) }
                }
                await group.next()
                group.cancelAll()
            }
        }
    }

    private func note(_ name: EventName, _ eventClass: EventClass, _ device: DeviceID, _ data: JSONValue) async {
        do { try await write(name, eventClass, device, data) } catch {
            tools.log.error("\(error)", metadata: ["event": "\(name.rawValue)"])
        }
    }

    private func write(
        _ name: EventName, _ eventClass: EventClass, _ device: DeviceID, _ data: JSONValue
    ) async throws {
        let event = EventDraft(
            name, eventClass, subject: device.text, at: tools.clock.wall(), clockQuality: tools.clock.quality(),
            mono: tools.clock.mono(), data: data)
        try await tools.journal.write([Entry(event)], .now)
    }
}
