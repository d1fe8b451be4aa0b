// Purpose: many simulated nodes that speak the real protocol to a hub, for tests of it and as a load: cheaper than any
// hub, wrong on purpose where asked, and with a ledger of everything said and acknowledged.
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle
import UnixSignals
import ZoneIdentity
import ZoneLinux
import ZoneModel
import ZoneTime

/// One run of the simulator.
package struct Fleet: Sendable {
    private let options: FleetOptions
    private let clock: any ZoneClock
    private let log: Logger
    private let show: @Sendable (String) -> Void

    /// - Parameter show: gets whole lines as they come.
    package init(
        _ options: FleetOptions, clock: any ZoneClock, log: Logger, show: @escaping @Sendable (String) -> Void
    ) throws {
        try options.check()
        (self.options, self.clock, self.log, self.show) = (options, clock, log, show)
    }

    /// Until the time is over, SIGINT or SIGTERM.
    /// - Throws: what keeps it from beginning: identities, files, options.
    package func run() async throws -> FleetReport {
        DescriptorLimit.raise()
        let credentials = try await credentials()
        let ledger = try options.ledger.map { try Ledger(path: $0) }
        let (reports, output) = AsyncStream.makeStream(of: FleetReport.self)
        let service = FleetService(
            options: options, credentials: credentials, ledger: ledger, clock: clock, show: show,
            done: { output.yield($0) })
        let group = ServiceGroup(
            configuration: .init(
                services: [
                    .init(
                        service: service, successTerminationBehavior: .gracefullyShutdownGroup,
                        failureTerminationBehavior: .gracefullyShutdownGroup)
                ], gracefulShutdownSignals: [.sigint, .sigterm], logger: log))
        try await group.run()
        output.finish()
        for await report in reports { return report }
        throw CancellationError()
    }

    private func credentials() async throws -> [NodeCredential] {
        var made: [NodeCredential] = []
        if let (count, path) = options.enrol {
            let tokens = try SmallFile.read(path).split(separator: "\n").prefix(count).map(String.init)
            let newcomers = FleetEnrolment(clock: clock, show: show)
            made = try await newcomers.enrol(tokens)
        }
        guard let folder = options.authority, made.count < options.zones else { return made }
        show(BorrowedAuthority.warning)
        let authority = try BorrowedAuthority(folder: folder)
        let names = (made.count + 1...options.zones).compactMap { options.name($0) }
        let total = names.count
        let show = show
        made += try await authority.issue(to: names, at: clock.wall()) { ready in
            show("  证书 certificates \(ready)/\(total)\n")
        }
        return made
    }
}

/// What runs: lanes, a line each second, the end.
struct FleetService: Service {
    let options: FleetOptions
    let credentials: [NodeCredential]
    let ledger: Ledger?
    let clock: any ZoneClock
    let show: @Sendable (String) -> Void
    let done: @Sendable (FleetReport) -> Void

    func run() async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: options.threads)
        do {
            try await run(on: group)
        } catch {
            try? await group.shutdownGracefully()
            throw error
        }
        try await group.shutdownGracefully()
    }

    private func run(on group: MultiThreadedEventLoopGroup) async throws {
        let lanes = try await LaneGroup(
            options, credentials, ledger: ledger, clock: clock, loops: Array(group.makeIterator()))
        try await lanes.begin()
        if options.load != nil {
            // Handshakes are not what is measured.
            await watch(lanes, "热身 warming up", seconds: Int64(options.returnWithin.rounded(.up))) { _ in false }
            try await lanes.startCounting()
        }
        let start = clock.mono()
        await watch(lanes, "", seconds: options.seconds) { _ in false }
        // A load is measured while it lasts; what comes in afterwards would flatter or spoil it.
        let measured = try await lanes.figures()
        let elapsed = clock.mono().since(start)
        try await lanes.stop()
        await watch(lanes, "收尾 settling", seconds: options.settle, obeysSignals: false) { $0.unsettled == 0 }
        let last = try await lanes.figures()
        try await lanes.end(goodbye: options.saysGoodbye, clock)
        let figures = options.load == nil ? last : measured.standing(as: last)
        done(FleetReport(figures, seconds: Double(elapsed.milliseconds) / 1000))
    }

    /// A line each second, until the time is over or enough is reached.
    private func watch(
        _ lanes: LaneGroup, _ phase: String, seconds: Int64, obeysSignals: Bool = true,
        until isEnough: (LaneFigures) -> Bool
    ) async {
        let (start, clock) = (clock.mono(), clock)
        var before = (try? await lanes.figures()) ?? LaneFigures()
        for second in 1...max(1, seconds) where second <= seconds {
            if isEnough(before) || before.trouble != nil { return }
            let next = start.advanced(by: .seconds(second))
            do {
                if obeysSignals {
                    try await cancelWhenGracefulShutdown { try await clock.sleep(until: next) }
                } else {
                    try await clock.sleep(until: next)
                }
            } catch { return }
            if obeysSignals, Task.isShuttingDownGracefully { return }
            guard let now = try? await lanes.figures() else { return }
            show(FleetReport.progress(phase.isEmpty ? "\(second) s" : "\(phase) \(second) s", now, before: before))
            before = now
        }
    }
}

extension LaneFigures {
    /// The counts of one moment with how things stood at a later one.
    fileprivate func standing(as later: LaneFigures) -> LaneFigures {
        var figures = later
        figures.tally = tally
        return figures
    }
}
