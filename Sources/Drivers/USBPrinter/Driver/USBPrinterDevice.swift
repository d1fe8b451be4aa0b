import DriverKit
import ZoneModel
import ZoneTime

/// One plugged printer. Between questions nothing of it is open: whoever has usblp's node keeps others out.
actor USBPrinterDevice: LiveDevice {
    nonisolated let events: AsyncStream<DeviceEvent>
    private let output: AsyncStream<DeviceEvent>.Continuation
    let port: any PrinterPort
    private let place: USBPrinterIdentity
    private let trustsStatus: Bool
    let pace: USBPrintPace
    let clock: any ZoneClock
    /// On the bus, as far as it is known here.
    var appeared: MonoTime
    /// The last one that was read: while somebody else has the printer nobody can ask.
    private var deviceID: String?
    var isPrinting = false
    var isResetting = false

    init(
        port: any PrinterPort, place: USBPrinterIdentity, trustsStatus: Bool, pace: USBPrintPace, clock: any ZoneClock
    ) {
        (events, output) = AsyncStream.makeStream(of: DeviceEvent.self, bufferingPolicy: .bufferingNewest(16))
        (self.port, self.place, self.trustsStatus) = (port, place, trustsStatus)
        (self.pace, self.clock) = (pace, clock)
        appeared = clock.mono()
    }

    func check(within deadline: Duration) async throws(DeviceError) -> Report {
        do throws(DeviceError) {
            return report(try await lookOnceTaken(within: deadline))
        } catch {
            guard let report = report(error) else { throw error }
            return report
        }
    }

    func close() async {
        output.finish()
        await port.close()
    }

    /// Plugged in, it is on the bus some time before the kernel's driver has it.
    func lookOnceTaken(within deadline: Duration) async throws(DeviceError) -> PrinterLook {
        let begin = clock.mono()
        while true {
            let left = deadline - clock.mono().since(begin)
            do throws(DeviceError) {
                return try await look(within: left)
            } catch {
                let isEarly = clock.mono().since(appeared) < pace.driver && left > pace.driverLook
                guard error.code == .unsupported, isEarly, !Task.isCancelled else { throw error }
                try? await clock.sleep(for: pace.driverLook)
            }
        }
    }

    /// The kernel may take longer than the deadline (5 s for each question): what comes then comes to nobody.
    func look(within deadline: Duration) async throws(DeviceError) -> PrinterLook {
        let port = port
        let task = Task { () -> Result<PrinterLook, DeviceError> in
            do throws(DeviceError) {
                return .success(try await port.look(within: deadline))
            } catch {
                return .failure(error)
            }
        }
        guard let result = await firstOf(task, orAfter: deadline, clock) else {
            throw DeviceError(.timedOut, doing: "ask the printer", "no answer in \(deadline.milliseconds) ms")
        }
        let look = try result.get()
        deviceID = look.deviceID ?? deviceID
        return look
    }

    var languages: PrinterLanguages { PrinterLanguages(deviceID: deviceID) }

    /// `nil` when it tells none, or none that may be believed.
    func status(_ look: PrinterLook) -> PortStatus? { trustsStatus ? look.status.map(PortStatus.init) : nil }

    /// Between checks, while a document is on its way.
    func tell(_ look: PrinterLook) { output.yield(.report(report(look))) }
}

extension USBPrinterDevice {
    private func report(_ look: PrinterLook) -> Report {
        let known = [Symptom(.printerLinkDown, .fine)]
        let symptoms =
            status(look)?.symptoms
            ?? known + PortStatus.unknown(look.status == nil ? "notTold" : "notTrusted")
        return Report(
            presence: .present, link: .up, activity: isPrinting ? .busy : .idle, identity: place.identity(deviceID),
            symptoms: symptoms,
            details: .members([
                "portStatus": look.status.map { .string(PortStatus($0).hex) },
                "commandSets": .array(languages.commandSets.map { .string($0) }),
                "formats": .array(languages.formats.map { .string($0) }),
                "source": place.isSimulated ? "simulator" : "usblp",
            ]),
            simulated: place.isSimulated)
    }

    /// It is on the bus. Whether it is well nobody can tell while somebody else has it, which is no fault of the printer;
    /// one that does not answer is not well. `nil` when this object is of no more use.
    private func report(_ error: DeviceError) -> Report? {
        let evidence = error.description.cleaned()
        let (link, reason, sight): (Link, String, Symptom.Sight)
        switch error.code {
        case .busy: (link, reason, sight) = (.unknown, "heldByOther", .unknown(reason: evidence))
        case .unsupported: (link, reason, sight) = (.unknown, "noDriver", .unknown(reason: evidence))
        case .permission: (link, reason, sight) = (.unknown, "permission", .unknown(reason: evidence))
        case .timedOut: (link, reason, sight) = (.down, "silent", .wrong(evidence: evidence))
        default: return nil
        }
        return Report(
            presence: .present, link: link, activity: isPrinting || error.code == .busy ? .busy : .unknown,
            reason: reason, identity: place.identity(deviceID),
            symptoms: [Symptom(.printerLinkDown, sight)] + PortStatus.unknown(reason), simulated: place.isSimulated)
    }
}
