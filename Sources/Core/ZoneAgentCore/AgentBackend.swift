import Synchronization
import ZoneConfig
import ZoneControl
import ZoneJournal
import ZoneLinux
import ZoneModel
import ZoneTime
import ZoneWire

package enum AgentVersion {
    package static let text = "0.1.0"
}

/// What the control sockets show: committed facts only.
struct AgentBackend: ControlBackend {
    let config: AgentConfig
    let journal: Journal
    let board: Board
    let desk: CommandDesk
    let clock: any ZoneClock
    let startedAt: MonoTime
    let denials: DenialSampler

    var stream: HexID { journal.stream }
    var lastSeq: Int64 { journal.lastSeq }

    func devices() -> DeviceListJSON {
        DeviceListJSON(zone: config.zone, node: config.node, devices: board.states.map(DeviceJSON.init))
    }

    func status() -> StatusJSON {
        StatusJSON(
            zone: config.zone, node: config.node, version: AgentVersion.text, boot: journal.boot,
            uptimeMs: clock.mono().since(startedAt).milliseconds, devices: devices().devices)
    }

    func hours() -> DayHours? { config.hours }

    /// One line per device that citizens use, in words that name no part, address or brand.
    func citizenView() -> PublicJSON {
        let lines = board.states.map { state in
            let worst = state.conditions.min { $0.severity < $1.severity }
            let text = state.serviceable ? "可以使用" : worst?.code.texts.citizen ?? "暂停使用，请询问工作人员"
            return PublicJSON.Line(kind: state.card.kind, serviceable: state.serviceable, text: text)
        }
        return PublicJSON(name: config.name, lines: lines)
    }

    func page(after seq: Int64, limit: Int) async throws -> [Event] { try await journal.page(after: seq, limit: limit) }
    func commits() -> AsyncStream<Int64> { journal.commits() }

    func command(
        _ request: CommandRequest, for device: DeviceID, by caller: Caller, patience: Duration
    ) async throws -> CommandJSON {
        let (accepted, outcome) = try await desk.accept(request, for: device, actor: caller.description)
        return await firstOf(outcome, orAfter: patience, clock) ?? accepted
    }

    func denied(_ action: Action, to caller: Caller) async {
        guard denials.isFirst(uid: caller.peer.uid, minute: clock.mono().milliseconds / 60_000) else { return }
        let event = EventDraft(
            .accessDenied, .d, subject: "zone", at: clock.wall(), clockQuality: clock.quality(), mono: clock.mono(),
            data: [
                "uid": .integer(Int64(caller.peer.uid)), "door": .string(caller.door.rawValue),
                "action": .string(action.rawValue),
            ])
        _ = journal.submit([Entry(event)])
    }
}

/// The task's value, or `nil` when it takes longer; the task goes on either way.
private func firstOf<Value: Sendable>(
    _ task: Task<Value, Never>, orAfter patience: Duration, _ clock: any ZoneClock
) async -> Value? {
    let (answers, output) = AsyncStream.makeStream(of: Value?.self)
    let waiter = Task { output.yield(await task.value) }
    let timer = Task {
        try? await clock.sleep(for: patience)
        output.yield(nil)
    }
    defer {
        timer.cancel()
        waiter.cancel()
    }
    for await answer in answers { return answer }
    return nil
}

/// One row of `access.denied` per uid and minute: somebody who tries all day must not fill the journal.
final class DenialSampler: Sendable {
    private let last = Mutex<[UInt32: Int64]>([:])

    func isFirst(uid: UInt32, minute: Int64) -> Bool {
        last.withLock { last in
            guard last[uid] != minute else { return false }
            if last.count > 1000 { last = [:] }
            last[uid] = minute
            return true
        }
    }
}
