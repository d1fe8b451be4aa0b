import DriverKit
import ZoneModel
import ZoneTime

extension HealingStep {
    /// The driver does so by itself with each check; this is for a card that has lost more than its areas.
    static let resendContent = HealingStep("resendContent", harm: .none, deadline: .seconds(20), dailyBudget: 6)
}

/// One card behind its line. Its operations take turns: a read-back must not meet the next order.
actor OnbonDevice: SignDisplay {
    nonisolated let events: AsyncStream<DeviceEvent>
    private let continuation: AsyncStream<DeviceEvent>.Continuation
    private let address: OnbonAddress
    private let settings: OnbonSettings
    private let line: OnbonLine
    private let talk: OnbonTalk
    private let clock: any ZoneClock

    private var card = OnbonCard()
    /// Which opening of the line `card` was read at.
    private var knownAt = 0
    private var shown: OnbonShown?
    private var isTaken = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(_ address: OnbonAddress, _ settings: OnbonSettings, line: OnbonLine, clock: any ZoneClock) {
        (events, continuation) = AsyncStream.makeStream(of: DeviceEvent.self, bufferingPolicy: .bufferingNewest(1))
        (self.address, self.settings, self.line, self.clock) = (address, settings, line, clock)
        talk = OnbonTalk(line: line, settings: settings, clock: clock)
    }

    func close() async {
        continuation.finish()
        await line.close()
    }

    /// Finds out whether there is a card, and which.
    func identify(within deadline: Duration) async throws(DeviceError) {
        let due = clock.mono().advanced(by: deadline)
        try await greet(until: due)
        do throws(DeviceError) {
            _ = try await status(until: due)
        } catch  where error.code == .refused {
            // It is a card; checks will say what it does not do.
        }
        await learnIfNew(until: due)
    }

    func check(within deadline: Duration) async throws(DeviceError) -> Report {
        await takeTurn()
        defer { giveTurn() }
        let due = clock.mono().advanced(by: deadline)
        do throws(DeviceError) {
            var status = try await status(until: due)
            await learnIfNew(until: due)
            let content = await keepContent(&status, until: due)
            return Report(status, card, shown, content: content, address: address.text)
        } catch {
            if isFinal(error) { throw error }
            return Report(failed: error, address: address.text)
        }
    }

    func show(_ message: SignMessage, within deadline: Duration) async throws(DeviceError) -> SignResult {
        await takeTurn()
        defer { giveTurn() }
        let due = clock.mono().advanced(by: deadline)
        if !(await line.isOpen) { _ = try await status(until: due) }
        await learnIfNew(until: due)
        guard let parameters = card.parameters else {
            throw DeviceError(.refused, doing: "show text", "the card did not say how large its screen is")
        }
        let page = try OnbonPage(message, on: parameters, settings)
        try await send(page.area, until: due)
        return SignResult(.accepted, leftOut: page.leftOut)
    }

    func setBrightness(percent: Int, within deadline: Duration) async throws(DeviceError) -> SignResult {
        guard (0...100).contains(percent) else {
            throw DeviceError(.refused, doing: "set the brightness", "0 to 100 percent, not \(percent)")
        }
        let level = OnbonBrightness.level(percent: percent)
        return try await order(.brightness(level), within: deadline) { status in
            status.brightness == level ? nil : "its brightness is \(status.brightness), not \(level)"
        }
    }

    func setBlank(_ isBlank: Bool, within deadline: Duration) async throws(DeviceError) -> SignResult {
        try await order(.power(on: !isBlank), within: deadline) { status in
            status.isOn == !isBlank ? nil : "it says that it is \(status.isOn == true ? "on" : "off")"
        }
    }

    // MARK: Healing

    nonisolated var healingSteps: [HealingStep] { [.resendContent] }

    /// What was last shown is sent once more, and the card is asked whether it has it now.
    func heal(_ step: HealingStep) async throws(DeviceError) {
        guard step == .resendContent else {
            throw DeviceError(.unsupported, doing: step.name, "the driver offers no such step")
        }
        await takeTurn()
        defer { giveTurn() }
        guard let shown else {
            throw DeviceError(.refused, doing: step.name, "nothing was shown since the device was opened")
        }
        let due = clock.mono().advanced(by: step.deadline)
        try await send(shown.area, until: due)
        guard try await status(until: due).areas?.contains(shown.area.id) != false else {
            throw DeviceError(.refused, doing: step.name, "the card took area \(shown.area.id) and does not list it")
        }
    }

    // MARK: Orders

    /// Gives an order and asks what came of it. The card may need a moment: it is asked twice.
    private func order(
        _ command: OnbonCommand, within deadline: Duration, complaint: (OnbonStatus) -> String?
    ) async throws(DeviceError) -> SignResult {
        await takeTurn()
        defer { giveTurn() }
        let due = clock.mono().advanced(by: deadline)
        _ = try await talk.ask(command, until: due)
        var difference: String?
        for attempt in 0..<2 {
            if attempt > 0 { await line.rest(.milliseconds(500)) }
            do throws(DeviceError) {
                difference = complaint(try await status(until: due))
            } catch {
                // It said yes, and that is all that is known.
                return SignResult(.accepted)
            }
            if difference == nil { return SignResult(.verified) }
        }
        throw DeviceError(.refused, doing: "check the order", "the card said yes, but \(difference ?? "")")
    }

    /// Full screen: programmes stored on the card are under it, which needs display mode 1 (section 4).
    private func send(_ area: OnbonArea, until due: MonoTime) async throws(DeviceError) {
        if let shown {
            // Section 2.1: dynamic areas are renewed at most once a second.
            let wait = Duration.seconds(1) - clock.mono().since(shown.sentAt)
            if wait > .zero { await line.rest(wait) }
        }
        _ = try await talk.ask(.show(area), displayMode: card.programmes > 0 ? 1 : 0, until: due)
        shown = OnbonShown(area: area, sentAt: clock.mono(), since: clock.wall())
    }

    /// Dynamic areas do not survive a power cut: what this object had shown is shown again, one try a check.
    private func keepContent(_ status: inout OnbonStatus, until due: MonoTime) async -> Symptom.Sight {
        guard let shown else { return .unknown(reason: "nothing was shown since the device was opened") }
        guard let areas = status.areas else { return .unknown(reason: "the card does not list its areas") }
        guard !areas.contains(shown.area.id) else { return .fine }
        let loss = "area \(shown.area.id) is gone (power cut?)"
        do throws(DeviceError) {
            try await send(shown.area, until: due)
            status = try await self.status(until: due)
            let isBack = status.areas?.contains(shown.area.id) == true
            return isBack ? .fine : .wrong(evidence: loss + "; sent again, still not there")
        } catch {
            return .wrong(evidence: (loss + "; sending it again failed: \(error)").cleaned())
        }
    }

    // MARK: Finding out

    private func greet(until due: MonoTime) async throws(DeviceError) {
        guard line.isSerial else {
            _ = try await dataIfAny(.ping, until: due)
            return
        }
        var telling: DeviceError?
        for _ in 0..<4 where talk.left(due) > .zero {
            do throws(DeviceError) {
                // Section 8.8 waits 2 s at each rate.
                let patience = min(.seconds(2), settings.answerWithin, talk.left(due))
                _ = try await line.exchange(.ping, displayMode: 0, within: patience)
                return
            } catch {
                guard !isFinal(error) else { throw error }
                await line.tryNextBaud()
                if telling == nil || telling?.code == .timedOut { telling = error }
            }
        }
        throw telling ?? DeviceError(.timedOut, doing: "ask the LED card", "no time was left")
    }

    private func status(until due: MonoTime) async throws(DeviceError) -> OnbonStatus {
        guard let status = OnbonStatus(try await talk.data(.status, until: due)) else {
            throw DeviceError(.malformedReply, doing: "read the card's status", "the reply is too short")
        }
        card.programmes = status.programmes ?? 0
        return status
    }

    /// Size, colours and fonts of whatever is behind this opening of the line. What cannot be read now is tried again
    /// with the next check.
    private func learnIfNew(until due: MonoTime) async {
        let openings = await line.openings
        guard card.parameters == nil || openings != knownAt else { return }
        do throws(DeviceError) {
            card.parameters = OnbonParameters(try await dataIfAny(.parameters, until: due))
            card.fonts = OnbonFont.list(try await dataIfAny(.fonts, until: due))
            knownAt = await line.openings
        } catch {}
    }

    /// Empty when the card says no: an old one may lack the command.
    private func dataIfAny(_ command: OnbonCommand, until due: MonoTime) async throws(DeviceError) -> [UInt8] {
        do throws(DeviceError) {
            return try await talk.data(command, until: due)
        } catch {
            guard error.code == .refused else { throw error }
            return []
        }
    }

    /// Whether opening anew, and nothing less, may help.
    private func isFinal(_ error: DeviceError) -> Bool {
        switch error.code {
        case .absent: line.isSerial
        case .permission, .busy, .unsupported: true
        default: false
        }
    }

    // MARK: Turns

    private func takeTurn() async {
        guard isTaken else {
            isTaken = true
            return
        }
        await withCheckedContinuation { waiting.append($0) }
    }

    private func giveTurn() {
        if waiting.isEmpty { isTaken = false } else { waiting.removeFirst().resume() }
    }
}
