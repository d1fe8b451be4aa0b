import Synchronization
import ZoneAccess
import ZoneConfig
import ZoneControl
import ZoneDesks
import ZoneJournal
import ZoneLinux
import ZoneModel
import ZonePolicy
import ZoneTime
import ZoneWire
import ZoneYAML

package enum AgentVersion {
    package static let text = "0.4.0"
}

/// What the control sockets show and do: committed facts, and the desks.
struct AgentBackend: ControlBackend {
    let store: ConfigurationStore
    let journal: Journal
    let station: Station
    let supervisor: Supervisor
    let commands: CommandDesk
    let jobs: JobDesk
    let leases: LeaseDesk
    let changes: ConfigurationDesk
    let recordings: RecordingDesk
    let rules: PolicyRules
    let clock: any ZoneClock
    let startedAt: MonoTime
    let identity: (any IdentityBackend)?
    let forms: any FormsBackend
    let copies: any CopiesBackend
    let touch: any TouchBackend
    let cases: any CasesBackend
    /// What of them everybody may know.
    let publicReports: @Sendable () -> [PublicJSON.Report]
    let kiosk: any KioskBackend
    let reports: any ReportsBackend
    let opening: HoursKeeper
    let care: any CareBackend
    let dutyDesk: DutyDesk
    let denials = DenialSampler<UInt32>()

    var duties: any DutiesBackend { dutyDesk }
    private var config: AgentConfig { store.config }
    private var board: Board { station.board }

    func devices() -> DeviceListJSON {
        let config = config
        let devices = board.states.map { state in
            var device = DeviceJSON(state).cleaning(endsIn: touch.cleaningEndsIn(state.card.id))
            device.collect = config.collect(state.card.id)
            return device
        }
        return DeviceListJSON(zone: config.zone, node: config.node, devices: devices)
    }

    func status() -> StatusJSON {
        StatusJSON(
            zone: config.zone, node: config.node, version: AgentVersion.text, boot: journal.boot,
            uptimeMs: clock.mono().since(startedAt).milliseconds, devices: devices().devices)
    }

    func hours(from first: CivilDate?, days: Int) async -> HoursJSON {
        let current = store.current
        // What closes the devices; a closure that was entered this second counts already.
        var state = opening.now
        state.closure = await station.closure
        var json = HoursJSON(
            current.inForce.config.hours, state, from: first, days: days, now: clock.wall(), clock: clock.quality(),
            complaints: current.calendarComplaints)
        json.addUnexplained(await opening.lapses)
        return json
    }

    func explainHours(_ reason: String, by caller: Caller) async throws -> HoursJSON {
        try await opening.explain(reason, by: caller)
        return await hours(from: nil, days: 1)
    }

    func policy() async -> PolicyJSON {
        await dutyDesk.policy(rules.view, for: config, board)
    }

    func fees() -> FeesJSON { config.fees.json }

    /// One line per device that citizens use, in words that name no part, address or brand.
    func citizenView() -> PublicJSON {
        let lines = board.states.map { state in
            PublicJSON.Line(kind: state.card.kind, serviceable: state.serviceable, text: state.citizenText)
        }
        var view = PublicJSON(name: config.name, lines: lines)
        let told = publicReports()
        view.reports = told.isEmpty ? nil : told
        return view
    }

    func checkJob(_ ticket: JobTicket) async throws {
        try await AgentJobs.check(ticket, board.state(of: ticket.device), supervisor)
    }

    func hold(_ hold: Hold) async throws -> Hold {
        let hold = try await station.hold(hold)
        await supervisor.enforceModes()
        return hold
    }

    func release(_ subject: String, _ mode: Mode, by caller: Caller) async throws -> Bool {
        let was = try await station.release(subject, mode, why: "released by \(caller)")
        await supervisor.enforceModes()
        if !was, let refusal = opening.now.refusal(toRelease: subject, mode) { throw refusal }
        return was
    }

    func forget(_ device: DeviceID, by caller: Caller) async throws {
        guard !config.devices.contains(where: { $0.card.id == device }) else {
            throw ErrorJSON(
                code: "device.configured",
                message: "\(device) stands in the configuration: take it out of agent.yaml, then zonectl config reload",
                zh: "“\(device)”写在配置文件里：请先从 agent.yaml 删去，再执行 zonectl config reload")
        }
        try await supervisor.forget(device, by: caller)
    }

    func record(
        _ device: DeviceID, for duration: Duration, withContacts: Bool, by caller: Caller
    ) async throws -> AsyncStream<String> {
        try await recordings.record(device, for: duration, withContacts: withContacts, by: caller)
    }

    func configuration() -> ConfigurationJSON { changes.view }

    func reloadConfiguration(by caller: Caller) async throws -> ConfigurationJSON {
        try await changes.reload(by: caller.description)
        return changes.view
    }

    func pushConfiguration(_ text: String, by caller: Caller) async throws -> ConfigurationJSON {
        try await changes.push(text, by: caller.description)
        return changes.view
    }

    func denied(_ action: Action, to caller: Caller) async {
        guard denials.isFirst(caller.uid, minute: clock.mono().milliseconds / 60_000) else { return }
        let event = EventDraft(
            .accessDenied, .d, subject: "zone", at: clock.wall(), clockQuality: clock.quality(), mono: clock.mono(),
            data: [
                "uid": .integer(Int64(caller.uid)), "door": .string(caller.door.rawValue),
                "role": .string(caller.role.rawValue), "action": .string(action.rawValue),
            ])
        _ = journal.submit([Entry(event)])
    }
}

extension DeviceState {
    /// At most 20 characters, in words that name no part, address or brand.
    var citizenText: String {
        if serviceable { return "可以使用" }
        switch mode {
        case .closed: return "暂停开放"
        case .maintenance: return "正在维护，暂停使用"
        case .disabled: return "停止使用"
        case .service:
            if health == .unknown { return "情况不明，请询问工作人员" }
            // A warning's text says that all is well, which is not so here.
            return conditions.first { $0.severity == .fault }?.code.texts.citizen ?? "暂停使用，请询问工作人员"
        }
    }
}

/// One row of `access.denied` per attempt and minute: somebody who tries all day must not fill the journal.
final class DenialSampler<Attempt: Hashable & Sendable>: Sendable {
    private let last = Mutex<[Attempt: Int64]>([:])

    func isFirst(_ attempt: Attempt, minute: Int64) -> Bool {
        last.withLock { last in
            guard last[attempt] != minute else { return false }
            if last.count > 1000 { last = [:] }
            last[attempt] = minute
            return true
        }
    }
}
