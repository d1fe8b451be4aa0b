import DriverKit
import Subprocess
import Synchronization
import SystemPackage
import ZoneLinux
import ZoneModel
import ZonePrinting
import ZoneTime

/// The PC's print system, for the healing steps of printers: CUPS' own programs as bounded children with closed lists
/// of arguments, and the service manager.
final class CUPSTools: PrintSystem {
    private static let socket = "/run/cups/cups.sock"
    private static let makers = ["/usr/lib/cups/driver/driverless", "/usr/bin/driverless"]
    private static let admins = ["/usr/sbin/lpadmin", "/usr/bin/lpadmin"]
    /// Of making the driver, which asks the printer; the rest is cupsd's.
    private static let share = 0.7

    private let units: (any UnitManager)?
    private let folder: String
    private let clock: any ZoneClock
    /// One queue at a time: cupsd 2.4.2 fell over queues made in quick succession (OpenPrinting/cups 466).
    private let isMaking = Mutex(false)

    /// - Parameters:
    ///   - units: `nil` for an agent below a root of its own, which must not touch what belongs to the PC.
    ///   - folder: for the driver file, as long as cupsd reads it.
    init(units: (any UnitManager)?, folder: String, clock: any ZoneClock) {
        (self.units, self.folder, self.clock) = (units, folder, clock)
    }

    func restartScheduler(within deadline: Duration) async throws(DeviceError) {
        let unit = "cups.service"
        guard let units else {
            throw DeviceError(
                .unsupported, doing: "restart \(unit)",
                "an agent with a root of its own leaves the services of the PC alone")
        }
        try await units.restart(unit, within: deadline)
    }

    func makeQueue(_ name: String, to uri: String, at server: String, within deadline: Duration)
        async throws(DeviceError)
    {
        let doing = "make the queue \(name.cleaned(limit: 80))"
        guard units != nil || server != CUPSTools.socket else {
            throw DeviceError(
                .unsupported, doing: doing, "an agent with a root of its own leaves the PC's queues alone")
        }
        guard QueueNames.isFit(name) else { throw DeviceError(.refused, doing: doing, "no name for a queue") }
        let isFirst = isMaking.withLock { busy in
            defer { busy = true }
            return !busy
        }
        guard isFirst else { throw DeviceError(.busy, doing: doing, "another queue is being made: try again") }
        defer { isMaking.withLock { $0 = false } }
        let driver = try await run(CUPSTools.makers, [uri], server, doing, within: deadline * CUPSTools.share)
        try CUPSTools.complain(about: driver, doing)
        let file = folder + "/queue.ppd"
        do {
            try SmallFile.replace(file, with: driver, mode: 0o600)
        } catch {
            throw DeviceError(.ioFailed, doing: doing, error.description)
        }
        defer { SmallFile.remove(file) }
        let arguments = DriverlessPPD.lpadmin(name, uri: uri, file: file)
        _ = try await run(CUPSTools.admins, arguments, server, doing, within: deadline * (1 - CUPSTools.share))
    }

    /// A printer's own words are in it, and cupsd runs the filters that it names.
    static func complain(about driver: String, _ doing: String) throws(DeviceError) {
        if let complaint = DriverlessPPD.complaint(driver) {
            throw DeviceError(.refused, doing: doing, "what the printer says of itself is no use: \(complaint)")
        }
    }

    /// - Returns: what it wrote to its standard output.
    private func run(
        _ places: [String], _ arguments: [String], _ server: String, _ doing: String, within deadline: Duration
    ) async throws(DeviceError) -> String {
        guard let path = places.first(where: { SmallFile.exists($0) }) else {
            throw DeviceError(
                .unsupported, doing: doing,
                "there is no \(places[0]): install cups-filters-core-drivers and cups-client")
        }
        let work = Task { await CUPSTools.end(of: path, arguments, server) }
        let end = await firstOf(work, orAfter: deadline, clock)
        // Of no use to anybody any more, and it holds nothing.
        if end == nil { work.cancel() }
        guard let end else {
            throw DeviceError(.timedOut, doing: doing, "\(path) took longer than \(deadline.milliseconds) ms")
        }
        return try end.get()
    }

    private static func end(of path: String, _ arguments: [String], _ server: String) async -> Result<
        String, DeviceError
    > {
        var options = PlatformOptions()
        options.teardownSequence = []
        do {
            let result = try await Subprocess.run(
                .path(FilePath(path)), arguments: Arguments(arguments),
                environment: .custom(["LC_ALL": "C", "PATH": "/usr/bin:/bin", "CUPS_SERVER": server]),
                platformOptions: options, output: .string(limit: DriverlessPPD.limit), error: .string(limit: 64 * 1024))
            guard case .exited(0) = result.terminationStatus else {
                let words = result.standardError.cleaned(limit: 200)
                return .failure(DeviceError(.ioFailed, doing: path, words.isEmpty ? "it failed" : words))
            }
            return .success(result.standardOutput)
        } catch {
            return .failure(DeviceError(.ioFailed, doing: path, "\(error)".cleaned()))
        }
    }
}

enum QueueNames {
    /// What may be an argument: no option, no path.
    static func isFit(_ name: String) -> Bool {
        (1...127).contains(name.utf8.count) && !name.hasPrefix("-")
            && name.unicodeScalars.allSatisfy {
                $0.value > 0x20 && $0.value != 0x7F && !"/#?%\\\"'".unicodeScalars.contains($0)
            }
    }
}
