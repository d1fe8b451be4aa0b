import DriverKit
import ZoneAgentCore
import ZoneConfig
import ZoneJournal
import ZoneLinux
import ZoneModel
import ZoneProfiles
import ZoneUdev
import ZoneYAML

/// `zonectl setup`: what is plugged in, and the agent.yaml that would go with it. Opens no device, searches no
/// network, and writes only when it is told to, never over a file that is there.
package struct SetupDesk: Sendable {
    package struct Refused: Error, CustomStringConvertible {
        let saying: Saying
        package var description: String { "\(saying.zh) \(saying.en)" }
    }

    private let places: Places
    private let drivers: [any DeviceDriver]
    private let plugged: @Sendable (Set<String>) async throws -> [UdevDevice]
    /// `/sys`, but for tests.
    private let sysfs: String
    private let show: @Sendable (String) -> Void

    package init(
        root: String, drivers: [any DeviceDriver],
        plugged: @escaping @Sendable (Set<String>) async throws -> [UdevDevice] = Patient.listOfUdev,
        sysfs: String = "/sys", show: @escaping @Sendable (String) -> Void
    ) {
        (places, self.drivers, self.plugged) = (Places(root: root), drivers, plugged)
        (self.sysfs, self.show) = (sysfs, show)
    }

    /// - Throws: `Refused` when it may not write, `FileComplaint` when the agent.yaml that is there has a mistake.
    package func run(_ facts: SiteFacts, write: Bool) async throws {
        let present = try existing()
        if write { try mayWrite(facts, isPresent: present != nil) }
        let shelf = ProfileShelf(places: places)
        let survey = try await survey(present, shelf)
        show(SetupReport.text(survey))
        let scheme = shelf.files.filter { $0.kind == .ledDisplay }.compactMap { $0.match["scheme"] }
            .first { !$0.hasPrefix("sim-") }
        let proposal = SiteProposal(facts, survey, signScheme: scheme)
        guard present == nil else { return show(SetupReport.missing(proposal.paste, places.agentConfig)) }
        guard write else {
            return show(
                SetupReport.proposal(proposal.file, places.agentConfig, option: Remedy.rootOption(places)))
        }
        try save(proposal.file)
    }

    private func existing() throws -> AgentConfig? {
        let path = places.agentConfig
        guard (try? FileFacts(path: path, followingLinks: false)) != nil else { return nil }
        return try ReadConfiguration(site: ConfigurationText(file: path, text: try SmallFile.read(path))).config
    }

    private func mayWrite(_ facts: SiteFacts, isPresent: Bool) throws(Refused) {
        if isPresent {
            throw Refused(
                saying: Saying(
                    "\(places.agentConfig) 已经在，不覆盖；去掉 --write 看缺少什么。",
                    "\(places.agentConfig) is there and is not written over; without --write, setup says what it lacks."
                ))
        }
        // Two PCs with one placeholder would be one zone to the hub.
        guard facts.zone != nil else {
            throw Refused(saying: Saying("写入时须给出专区编号：--zone 编号。", "Writing needs the zone's id: --zone ID."))
        }
    }

    private func survey(_ present: AgentConfig?, _ shelf: ProfileShelf) async throws -> HardwareSurvey {
        let scout = HardwareScout(shelf: shelf, drivers: drivers)
        let cards = present?.devices ?? []
        let bindings = Bindings(knownBindings(), reserved: Set(cards.map(\.card.id)))
        var survey = HardwareSurvey(
            try await plugged(scout.subsystems), scout: scout, bindings: bindings, cards: cards)
        survey.printers = USBPrinter.all(below: sysfs)
        return survey
    }

    /// What the agent has exported; its journal is the agent's alone.
    private func knownBindings() -> [Binding] {
        let path = places.bindings
        if case .missing = Sight({ () throws(SystemError) in try FileFacts(path: path) }) { return [] }
        do {
            return try Bindings.read(try SmallFile.read(path), file: path)
        } catch {
            show(
                "看不到 \(path)，编号从头算起。 Cannot read \(path): ids are counted from the beginning."
                    + " (\("\(error)".cleaned()))\n\n"
            )
            return []
        }
    }

    private func save(_ text: String) throws {
        let path = places.agentConfig
        // Nothing that the agent would refuse gets onto the disk.
        _ = try ReadConfiguration(site: ConfigurationText(file: path, text: text))
        try SmallFile.makeDirectory(SmallFile.folder(of: path), mode: 0o755)
        // Technicians read it too (zonectl doctor), and it holds no secret.
        try SmallFile.replace(path, with: text, mode: 0o644)
        show(
            """
            已写入 written: \(path)
            下一步 next: 补上位置和开放时间，然后 fill in places and hours, then: sudo systemctl restart zone-agent; zonectl doctor

            """)
    }
}
