import DriverKit
import ZoneModel
import ZoneTime

/// Asks until there is an answer, within bounds. Every request may be sent twice: none adds up, and texts live in RAM.
struct OnbonTalk: Sendable {
    private static let mostTries = 3
    private static let rest = Duration.milliseconds(300)

    let line: OnbonLine
    let settings: OnbonSettings
    let clock: any ZoneClock

    func left(_ deadline: MonoTime) -> Duration { deadline.since(clock.mono()) }

    /// - Returns: `.accepted` or `.data`.
    /// - Throws: `.refused` when the card says no, and how the line failed.
    func ask(
        _ command: OnbonCommand, displayMode: UInt8 = 0, until deadline: MonoTime
    ) async throws(DeviceError) -> OnbonReply {
        var tries = 0
        while true {
            tries += 1
            let wasOpen = await line.isOpen
            let trouble: DeviceError
            var mayPass = false
            do throws(DeviceError) {
                let reply = try await once(command, displayMode, until: deadline)
                guard case .refused(let refusal) = reply else { return reply }
                (trouble, mayPass) = (refusal.error, refusal.isPassing)
            } catch {
                (trouble, mayPass) = (error, self.mayPass(error, wasOpen))
            }
            guard mayPass, tries < OnbonTalk.mostTries, left(deadline) > OnbonTalk.rest else {
                if trouble.code == .timedOut { await line.tryNextBaud() }
                throw trouble
            }
            if trouble.code == .refused { await line.rest(OnbonTalk.rest) }
        }
    }

    func data(_ command: OnbonCommand, until deadline: MonoTime) async throws(DeviceError) -> [UInt8] {
        guard case .data(let data) = try await ask(command, until: deadline) else { return [] }
        return data
    }

    private func once(
        _ command: OnbonCommand, _ displayMode: UInt8, until deadline: MonoTime
    ) async throws(DeviceError) -> OnbonReply {
        let patience = min(settings.answerWithin, left(deadline))
        guard patience > .zero else { throw DeviceError(.timedOut, doing: "ask the LED card", "no time was left") }
        return try await line.exchange(command, displayMode: displayMode, within: patience)
    }

    /// A connection that stood idle may have died unseen, with the card's power or in a router: a new one decides.
    private func mayPass(_ error: DeviceError, _ wasOpen: Bool) -> Bool {
        switch error.code {
        case .malformedReply: true
        case .timedOut, .wrongHardware, .ioFailed: wasOpen
        case .absent: wasOpen && !line.isSerial
        default: false
        }
    }
}

extension OnbonRefusal {
    fileprivate var error: DeviceError { DeviceError(.refused, doing: "ask the LED card", description) }
}
