import Synchronization
import ZoneCommandLine
import ZoneConfig
import ZoneLinux
import ZoneModel
import ZonePrinting
import ZoneTestKit

/// A PC, printers by their addresses, and tools that answer as told.
final class AdoptionHall: Sendable {
    static let laser = PrinterAnswer(
        state: .idle, makeAndModel: "Acme Laser \u{1B}[1m400", deviceID: "MFG:Acme;MDL:Laser 400;SN:VNB3;")
    static let uri = "ipp://192.168.1.7/ipp/print"

    struct Notes: Sendable {
        var said = ""
        var asked: [String] = []
        var knocked: [PrinterDoor] = []
        var ran: [[String]] = []
    }

    let root: TemporaryRoot
    let printers: [String: Result<PrinterAnswer, PrinterSilence>]
    let programs: [String: ProgramEnd]
    private let notes = Mutex(Notes())

    init(
        _ printers: [String: Result<PrinterAnswer, PrinterSilence>], site: String? = "zone: z\nnode: n\n",
        programs: [String: ProgramEnd] = [:]
    ) throws {
        root = try TemporaryRoot()
        (self.printers, self.programs) = (printers, programs)
        guard let site else { return }
        try SmallFile.makeDirectory("\(root.path)/etc/zone-agent")
        try SmallFile.replace(Places(root: root.path).agentConfig, with: site, mode: 0o644)
    }

    var path: String { Places(root: root.path).agentConfig }
    var noted: Notes { notes.withLock { $0 } }
    var text: String { noted.said }

    func adopt(
        _ addresses: [String] = [], network: String? = nil, queue: String? = nil, writes: Bool = false,
        isRoot: Bool = false
    ) async throws -> Bool {
        let wish = try AdoptionWish.read(addresses: addresses, network: network, queue: queue, writes: writes)
        return try await desk(isRoot).run(wish)
    }

    private func desk(_ isRoot: Bool) -> AdoptionDesk {
        AdoptionDesk(
            root: root.path, clock: SystemClock(),
            ask: { uri in
                self.notes.withLock { $0.asked.append(uri) }
                return self.printers[uri] ?? .failure(PrinterSilence(.refused))
            },
            knock: { doors in
                self.notes.withLock { $0.knocked += doors }
                let open = self.printers.keys.compactMap { PrinterAddress($0) }
                return doors.filter { door in open.contains { $0.host == door.host && $0.port == Int(door.port) } }
            },
            programs: Tools(hall: self), isRoot: isRoot, sysfs: "\(root.path)/sys",
            show: { text in self.notes.withLock { $0.said += text } })
    }

    func run(_ line: [String]) -> ProgramEnd {
        notes.withLock { $0.ran.append(line) }
        let words = line.joined(separator: " ")
        return programs.filter { words.hasPrefix($0.key) }.max { $0.key.count < $1.key.count }?.value ?? .missing
    }
}

private struct Tools: ProgramRunner {
    let hall: AdoptionHall
    func run(_ program: String, _ arguments: [String], within deadline: Duration) async -> ProgramEnd {
        hall.run([program] + arguments)
    }
}
