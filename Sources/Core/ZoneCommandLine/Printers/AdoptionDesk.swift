import Glibc
import Logging
import ZoneAgentCore
import ZoneConfig
import ZoneJournal
import ZoneLinux
import ZoneModel
import ZonePrinting
import ZoneTime

/// A printer that answered as one.
package struct AdoptedPrinter: Sendable {
    package let uri: String
    package let model: String?
    package let serial: String?
    /// The one it has in agent.yaml, or would get.
    package var id: DeviceID
    package var isConfigured: Bool
}

/// `zonectl printers adopt`: finds printers that speak IPP, proposes their entries for agent.yaml, makes a queue. Goes
/// to addresses that it was told, to this PC's own ports of ipp-usb, and into a network only on a technician's word.
package struct AdoptionDesk: Sendable {
    /// Get-Printer-Attributes at an address.
    package typealias Ask = @Sendable (String) async -> Result<PrinterAnswer, PrinterSilence>
    private static let askedAtOnce = 8

    private let places: Places
    private let clock: any ZoneClock
    private let ask: Ask
    private let knock: @Sendable ([PrinterDoor]) async -> [PrinterDoor]
    private let programs: any ProgramRunner
    private let isRoot: Bool
    private let sysfs: String
    private let show: @Sendable (String) -> Void

    package init(
        root: String, clock: any ZoneClock, ask: @escaping Ask,
        knock: @escaping @Sendable ([PrinterDoor]) async -> [PrinterDoor], programs: any ProgramRunner,
        isRoot: Bool = false, sysfs: String = "/sys", show: @escaping @Sendable (String) -> Void
    ) {
        (places, self.clock, self.ask, self.knock) = (Places(root: root), clock, ask, knock)
        (self.programs, self.isRoot, self.sysfs, self.show) = (programs, isRoot, sysfs, show)
    }

    /// - Returns: whether everything that was asked for was found and done.
    package func run(_ wish: AdoptionWish) async throws -> Bool {
        let site = try SiteFile(places.agentConfig)
        let found = await search(wish)
        let printers = named(found.printers, site)
        show(AdoptionTable.text(printers, found.silences))
        guard !printers.isEmpty else {
            show(AdoptionTable.nothing(hasUSB: wish.addresses.isEmpty && !USBPrinter.all(below: sysfs).isEmpty))
            return false
        }
        if let queue = wish.queue {
            guard printers.count == 1, let printer = printers.first else {
                throw PrinterRefusal(
                    "--queue 一次只能用于一台打印机，请写明它的地址。", "--queue takes one printer at a time: name its address.")
            }
            try await QueueMaker(programs: programs, isRoot: isRoot, clock: clock, show: show)
                .make(queue, uri: printer.uri, model: printer.model)
        }
        try enter(printers.filter { !$0.isConfigured }, site, writes: wish.writes)
        for printer in printers {
            let option = Remedy.rootOption(places)
            let isThere = printer.isConfigured || wish.writes
            let when = isThere ? "验收 to accept it, on paper" : "写入后验收 to accept it, once agent.yaml has it"
            show("\(when): zonectl test-page \(printer.id)\(option)\n")
        }
        return found.silences.isEmpty
    }

    private struct Found: Sendable {
        var printers: [(uri: String, answer: PrinterAnswer)] = []
        /// Of addresses that somebody has typed; elsewhere nobody needs to be.
        var silences: [(address: String, silence: PrinterSilence)] = []
    }

    private func search(_ wish: AdoptionWish) async -> Found {
        var doors = wish.addresses.isEmpty ? PrinterDoor.ippUSB : []
        if let network = wish.network { doors += PrinterDoor.all(in: network) }
        let open = await knock(doors).map { PrinterAddress(host: $0.host, port: Int($0.port)) }
        let typed = wish.addresses
        let all = typed + open.filter { !typed.contains($0) }
        var found = Found()
        for start in stride(from: 0, to: all.count, by: AdoptionDesk.askedAtOnce) {
            let batch = all[start..<min(start + AdoptionDesk.askedAtOnce, all.count)]
            for (address, result) in await asked(Array(batch)) {
                switch result {
                case .success(let printer):
                    // Typed with its path, and found in the network without.
                    if !found.printers.contains(where: { $0.uri == printer.uri }) { found.printers.append(printer) }
                case .failure(let silence) where typed.contains(address):
                    found.silences.append((address.uris[0], silence))
                case .failure: continue
                }
            }
        }
        return found
    }

    private typealias Reached = Result<(uri: String, answer: PrinterAnswer), PrinterSilence>

    /// In the order of `addresses`.
    private func asked(_ addresses: [PrinterAddress]) async -> [(PrinterAddress, Reached)] {
        await withTaskGroup(of: (Int, Reached).self) { group in
            for (index, address) in addresses.enumerated() {
                group.addTask { (index, await self.reach(address)) }
            }
            var results: [Int: Reached] = [:]
            for await (index, result) in group { results[index] = result }
            return addresses.enumerated().compactMap { index, address in results[index].map { (address, $0) } }
        }
    }

    /// A wrong path is answered, and then another one is worth asking for; silence is not.
    private func reach(_ address: PrinterAddress) async -> Reached {
        var last = PrinterSilence(.badAddress)
        for uri in address.uris {
            switch await ask(uri) {
            case .success(let answer): return .success((uri, answer))
            case .failure(let silence):
                last = silence
                guard [.notFound, .httpError, .ippError].contains(silence.kind) else { return .failure(silence) }
            }
        }
        return .failure(last)
    }

    private func named(_ found: [(uri: String, answer: PrinterAnswer)], _ site: SiteFile) -> [AdoptedPrinter] {
        let cards = site.config?.devices ?? []
        // Only root may read the bindings; without them the ids of agent.yaml are kept free all the same.
        let known = (try? SmallFile.read(places.bindings)).flatMap { try? Bindings.read($0, file: places.bindings) }
        var bindings = Bindings(known ?? [], reserved: Set(cards.map(\.card.id)))
        return found.map { uri, answer in
            let card = cards.first { $0.uri.flatMap { PrinterAddress($0) }?.uris.first == uri }
            return AdoptedPrinter(
                uri: uri, model: answer.makeAndModel?.cleaned(limit: 80),
                serial: answer.serialNumber?.cleaned(limit: 60),
                id: card?.card.id ?? bindings.bind(key: uri, kind: .printer, taken: []).binding.device,
                isConfigured: card != nil)
        }
    }

    private func enter(_ printers: [AdoptedPrinter], _ site: SiteFile, writes: Bool) throws {
        guard !printers.isEmpty else { return show("agent.yaml 已有它们。 agent.yaml has them already.\n") }
        let entries = printers.flatMap(SiteProposal.entry)
        guard writes else { return show(AdoptionTable.paste(entries, places)) }
        try site.add(entries, of: Set(printers.map(\.id)))
        show(
            "已写入 written: \(places.agentConfig)；生效 in force by: zonectl config reload\(Remedy.rootOption(places))\n")
    }
}

extension AdoptionDesk {
    /// Asks through the printing worker of the zone-agent that lies beside this program.
    package static func ofThisMachine(
        root: String, clock: any ZoneClock, show: @escaping @Sendable (String) -> Void
    ) throws -> AdoptionDesk {
        let executable = SmallFile.folder(of: try Machine.executablePath()) + "/zone-agent"
        guard SmallFile.exists(executable) else {
            throw PrinterRefusal("没有 \(executable)，无法询问打印机。", "There is no \(executable) to ask printers with.")
        }
        var log = Logger(label: "printers")
        log.logLevel = .critical
        let worker = PrintingWorkerClient(
            clock: clock, log: log, launch: PrintingLauncher.launcher(executable: executable, log: log))
        return AdoptionDesk(
            root: root, clock: clock,
            ask: { uri in await worker.ask(PrinterQuery(device: uri, uri: uri), within: .seconds(5)) },
            knock: { doors in await DoorKnocker(clock: clock).open(doors) },
            programs: SystemPrograms(clock: clock, limit: DriverlessPPD.limit), isRoot: geteuid() == 0, show: show)
    }
}
