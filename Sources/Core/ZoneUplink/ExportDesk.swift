import Logging
import ZoneIdentity
import ZoneJournal
import ZoneLinux
import ZoneModel
import ZoneTime
import ZoneWire

/// Everything that the hub has not acknowledged, signed, for places that have no line to it. Works while the hub is away,
/// and changes nothing: what was carried there is acknowledged when the hub says so.
package actor ExportDesk {
    private static let eventsPerHeartbeat = 200
    private static let prefix = "export-"

    private nonisolated let lane = BlockingLane(label: "export")
    package nonisolated var unownedExecutor: UnownedSerialExecutor { lane.asUnownedSerialExecutor() }

    private let keeper: IdentityKeeper
    private let journal: Journal
    private let folder: String
    /// The last number that the hub has.
    private let acknowledged: @Sendable () async throws -> Int64
    private let hoursRevision: @Sendable () -> Int64
    private let state: @Sendable () -> ZoneStateJSON
    private let clock: any ZoneClock
    private let log: Logger
    private let tell: EnrolmentDesk.Teller
    private var isBusy = false

    /// - Parameter folder: where the file is made before it is handed out, on a disk; of nobody else.
    package init(
        keeper: IdentityKeeper, journal: Journal, folder: String,
        acknowledged: @escaping @Sendable () async throws -> Int64,
        hoursRevision: @escaping @Sendable () -> Int64 = { 0 }, state: @escaping @Sendable () -> ZoneStateJSON,
        clock: any ZoneClock, log: Logger, tell: @escaping EnrolmentDesk.Teller
    ) {
        (self.keeper, self.journal, self.folder, self.acknowledged) = (keeper, journal, folder, acknowledged)
        (self.hoursRevision, self.state, self.clock) = (hoursRevision, state, clock)
        (self.log, self.tell) = (log, tell)
    }

    /// The bytes of the file, read as they are asked for.
    /// - Throws: `ErrorJSON`.
    package func export(by actor: String) async throws -> AsyncThrowingStream<[UInt8], any Error> {
        guard !isBusy else { throw ErrorJSON.busyExporting }
        isBusy = true
        defer { isBusy = false }
        guard let identity = keeper.view.current else { throw ErrorJSON.cannotSign }
        let path = "\(folder)/\(ExportDesk.prefix)\(HexID.make())"
        do {
            try clean()
            let summary = try await write(to: path, identity)
            let file = try ExportFile(path: path)
            // The open file goes on; whatever happens now, nothing is left on the disk.
            SmallFile.remove(path)
            await tell(
                .init(rawValue: "export.written"),
                ["actor": .string(actor), "heartbeats": .integer(Int64(summary.lines))])
            let reader = ExportPages(file, lane: lane)
            return AsyncThrowingStream { try await reader.next() }
        } catch let error as ErrorJSON {
            throw error
        } catch {
            SmallFile.remove(path)
            log.error("Export could not be written", metadata: ["error": "\(error)"])
            throw ErrorJSON.exportFailed(error)
        }
    }

    /// What an agent that was killed has left.
    private func clean() throws(SystemError) {
        try SmallFile.makeDirectory(folder, mode: 0o700)
        for name in SmallFile.list(folder) where name.hasPrefix(ExportDesk.prefix) {
            SmallFile.remove("\(folder)/\(name)")
        }
    }

    private func write(to path: String, _ identity: AgentIdentity) async throws -> SignedExport.Summary {
        let writer = try SignedExport.Writer(
            path: path, certificate: identity.certificate, key: identity.key, createdAt: keeper.now(), mode: 0o600)
        var (position, limit, number) = (try await acknowledged(), ExportDesk.eventsPerHeartbeat, Int64(0))
        // What is written from here on goes with the next one.
        let end = journal.lastSeq
        while true {
            let batch = try await Batch.read(journal, after: position, limit: limit, passedOver: [])
            let isLast = batch.count < limit || (batch.last ?? end) >= end
            let line = try WireCoding.encode(heartbeat(batch, number, identity, withState: isLast))
            if line.count > ExportFraming.longestLine, batch.count > 1 {
                limit = batch.count / 2
                continue
            }
            try writer.append(line)
            if isLast { return try writer.finish() }
            (position, limit, number) = (batch.last ?? position, ExportDesk.eventsPerHeartbeat, number + 1)
        }
    }

    private func heartbeat(
        _ batch: Batch, _ number: Int64, _ identity: AgentIdentity, withState: Bool
    ) -> Heartbeat {
        let state = state()
        let name = identity.certificate.name
        var heartbeat = Heartbeat(
            zone: name.zone, node: name.node, stream: journal.stream, epoch: journal.epoch, boot: journal.boot,
            hb: number, reason: .drain, sentAt: clock.wall(), mono: clock.mono(), clock: clock.quality(),
            interval: .seconds(60), stateHash: StateFingerprint(state).hash)
        heartbeat.hoursRev = hoursRevision()
        if withState { heartbeat.state = state }
        if !batch.events.isEmpty { heartbeat.events = batch.events }
        if !batch.gaps.isEmpty { heartbeat.gaps = batch.gaps }
        return heartbeat
    }
}

/// A file piece by piece, on a lane of blocking calls.
private actor ExportPages {
    private static let piece = 64 << 10

    private nonisolated let lane: BlockingLane
    nonisolated var unownedExecutor: UnownedSerialExecutor { lane.asUnownedSerialExecutor() }

    private let file: ExportFile
    private var offset: Int64 = 0

    init(_ file: ExportFile, lane: BlockingLane) { (self.file, self.lane) = (file, lane) }

    func next() throws -> [UInt8]? {
        let bytes = try file.read(at: offset, upTo: ExportPages.piece)
        offset += Int64(bytes.count)
        return bytes.isEmpty ? nil : bytes
    }
}

extension ErrorJSON {
    static let busyExporting = ErrorJSON(
        code: "export.busy", message: "somebody is exporting already: try again when that has ended", zh: "正在导出中，请稍后再试")

    static let cannotSign = ErrorJSON(
        code: "export.notEnrolled",
        message: "there is no certificate to sign with: enrol this PC first (zonectl enroll TOKEN)",
        zh: "没有可用于签名的证书：请先注册本机（zonectl enroll 令牌）")

    static func exportFailed(_ error: any Error) -> ErrorJSON {
        let words = (error as? IdentityError).map { (zh: $0.zh, en: $0.en) }
        let detail = "\(error)".cleaned()
        return ErrorJSON(
            code: "export.failed", message: words?.en ?? "the file could not be made: \(detail)",
            zh: words?.zh ?? "文件无法生成，请检查磁盘空间（\(detail)）")
    }
}
