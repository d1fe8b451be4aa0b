import DriverKit
import Logging
import ZoneConfig
import ZoneJournal
import ZoneLinux
import ZoneModel
import ZoneProfiles
import ZoneTime
import ZoneUdev

/// Decides which device is run by which driver, and keeps a runner for each.
package actor Supervisor {
    private let station: Station
    private let journal: Journal
    private let shelf: ProfileShelf
    private let drivers: [String: any DeviceDriver]
    private let clock: any ZoneClock
    private let log: Logger
    private var bindings: Bindings
    private let bindingsFile: String
    private var runners: [DeviceID: (runner: DeviceRunner, task: Task<Void, Never>)] = [:]
    /// What is or would be running; a disabled device keeps its place here.
    private var assignments: [DeviceID: Assignment] = [:]
    /// Which plugged device carries which id, by udev's path.
    private var plugged: [String: (id: DeviceID, device: UdevDevice)] = [:]

    package init(
        station: Station, journal: Journal, shelf: ProfileShelf, drivers: [any DeviceDriver], bindings: Bindings,
        bindingsFile: String, clock: any ZoneClock, log: Logger
    ) {
        (self.station, self.journal, self.shelf, self.bindings) = (station, journal, shelf, bindings)
        self.drivers = Dictionary(drivers.map { ($0.name, $0) }) { first, _ in first }
        (self.clock, self.log, self.bindingsFile) = (clock, log, bindingsFile)
    }

    /// Puts a device from the configuration, or the machine itself, on the air.
    package func run(_ card: DeviceCard, at attachment: Attachment, facts: [String: String], restored: DeviceState?)
        async
    {
        guard let (driver, profile) = choose(HardwareFacts(kind: card.kind, facts: facts)) else {
            await station.admit(card, restored: restored, maxAge: .seconds(90))
            await station.take(.unmatched("no profile"), from: card.id)
            log.warning("No profile fits", metadata: ["device": "\(card.id)"])
            return
        }
        await station.admit(card, restored: restored, maxAge: profile.maxAge)
        await station.takeForGood(Symptom(.profileUnmatched, .fine), from: card.id)
        await start(Assignment(card: card, driver: driver, attachment: attachment, profile: profile))
    }

    /// Puts a device that was seen before, but is not there now, on the list.
    package func expect(_ card: DeviceCard, restored: DeviceState?) async {
        await station.admit(card, restored: restored, maxAge: .seconds(90))
        guard card.kind == .touchPanel, card.watch == .machine else { return }
        await station.take(
            Report(
                presence: .absent, link: .down, activity: .unknown, reason: "notPlugged",
                symptoms: [Symptom(.touchAbsent, .wrong(evidence: "not plugged"))]), from: card.id)
    }

    /// Other cards may fit what is plugged in.
    package func plugAgain(cards: [DeviceConfig]) async {
        for entry in plugged.values {
            plugged[entry.device.sysPath] = nil
            await end(entry.id)
            assignments[entry.id] = nil
            await plug(entry.device, cards)
            if !plugged.values.contains(where: { $0.id == entry.id }) { await station.dismiss(entry.id) }
        }
    }

    package func take(_ event: HotplugEvent, cards: [DeviceConfig]) async {
        switch event {
        case .present(let device): await plug(device, cards)
        case .removed(let sysPath): await unplug(sysPath)
        }
    }

    /// Looks at a device now.
    package func probe(_ id: DeviceID) async throws(DeviceError) -> Report? {
        guard let entry = runners[id] else { return nil }
        return try await entry.runner.probe()
    }

    /// The steps that could be tried on a device now, the mildest first.
    package func healingSteps(of id: DeviceID) async -> [HealingStep] {
        guard let entry = runners[id] else { return [] }
        return await entry.runner.healingSteps + [.reopen]
    }

    package func heal(_ id: DeviceID, _ step: HealingStep) async throws(DeviceError) {
        guard let entry = runners[id], let assignment = assignments[id] else {
            throw DeviceError(.absent, doing: step.name, "the device is not run")
        }
        guard step == .reopen else { return try await entry.runner.heal(step) }
        guard await !entry.runner.isPrinting else {
            throw DeviceError(.busy, doing: step.name, "a document is being printed")
        }
        await start(assignment)
        guard let fresh = runners[id]?.runner else { return }
        let opening = Task { await fresh.waitUntilOpen() }
        guard await firstOf(opening, orAfter: step.deadline, clock) != nil else {
            throw DeviceError(.timedOut, doing: step.name, "not open within \(step.deadline.milliseconds) ms")
        }
    }

    package func takesDocuments(_ id: DeviceID) async -> Bool {
        guard let entry = runners[id] else { return false }
        return await entry.runner.takesDocuments
    }

    package func printDocument(_ path: String, format: String, copies: Int, on id: DeviceID) async -> PrintResult {
        guard let entry = runners[id] else { return .failed("the device is not run") }
        return await entry.runner.printDocument(path, format: format, copies: copies)
    }

    /// Lets go of what is disabled, takes up again what no longer is.
    package func enforceModes() async {
        for (id, assignment) in assignments {
            let isDisabled = await station.mode(of: id) == .disabled
            if isDisabled, runners[id] != nil {
                await end(id)
                await station.take(
                    Report(presence: .unknown, link: .unknown, activity: .unknown, reason: "disabled"), from: id)
            } else if !isDisabled, runners[id] == nil, assignments[id] != nil {
                await start(assignment)
            }
        }
    }

    /// Takes a device of the configuration off the list.
    package func dismiss(_ id: DeviceID) async {
        await end(id)
        assignments[id] = nil
        await station.dismiss(id)
    }

    /// Answers when the supervisor is not stuck.
    package func pulse() {}

    package func stop() async {
        for entry in runners.values { entry.task.cancel() }
        for entry in runners.values { await entry.task.value }
        runners = [:]
    }

    private func choose(_ hardware: HardwareFacts) -> (any DeviceDriver, DeviceProfile)? {
        guard let profile = shelf.profile(for: hardware), let driver = drivers[profile.driver] else { return nil }
        return (driver, profile)
    }

    private func start(_ assignment: Assignment) async {
        let id = assignment.card.id
        assignments[id] = assignment
        let isDisabled = await station.mode(of: id) == .disabled
        // Whoever else started one meanwhile: there is one runner per device, the newest.
        while runners[id] != nil { await end(id) }
        guard !isDisabled, assignments[id] != nil else { return }
        let runner = DeviceRunner(assignment, clock: clock, log: log) { [station] in await station.take($0, from: id) }
        runners[id] = (runner, Task { await runner.run() })
    }

    private func end(_ id: DeviceID) async {
        guard let old = runners.removeValue(forKey: id) else { return }
        old.task.cancel()
        await old.task.value
    }

    private func plug(_ device: UdevDevice, _ cards: [DeviceConfig]) async {
        // The same panel also has a mouseN node, with the same properties, that is no evdev device.
        guard device.properties["ID_INPUT_TOUCHSCREEN"] == "1", device.node.hasPrefix("/dev/input/event"),
            plugged[device.sysPath] == nil
        else { return }
        let hardware = HardwareFacts(kind: .touchPanel, facts: device.profileFacts)
        guard let (driver, profile) = choose(hardware) else {
            log.warning("No profile fits a touch panel", metadata: ["node": "\(device.node)"])
            let evidence = device.properties["NAME"] ?? device.node
            await station.take(.unmatched(evidence.cleaned()), from: DeviceID(.queryPC, 1))
            return
        }
        let card = await card(for: device, cards, facts: hardware.facts)
        plugged[device.sysPath] = (card.id, device)
        log.notice("Touch panel plugged in", metadata: ["device": "\(card.id)", "node": "\(device.node)"])
        await station.admit(card, restored: nil, maxAge: profile.maxAge)
        let attachment = Attachment.node(path: device.node, properties: device.properties)
        await start(Assignment(card: card, driver: driver, attachment: attachment, profile: profile))
    }

    private func unplug(_ sysPath: String) async {
        guard let id = plugged.removeValue(forKey: sysPath)?.id else { return }
        log.notice("Touch panel unplugged", metadata: ["device": "\(id)"])
        // Another event node may already carry the id: a replug can overtake the message of the removal.
        guard !plugged.values.contains(where: { $0.id == id }) else { return }
        await end(id)
        assignments[id] = nil
        await station.take(
            Report(
                presence: .absent, link: .down, activity: .unknown, reason: "unplugged",
                symptoms: [Symptom(.touchAbsent, .wrong(evidence: "unplugged"))]), from: id)
    }

    /// The card of a found device: from the configuration if an entry matches, else by the binding table.
    private func card(for device: UdevDevice, _ cards: [DeviceConfig], facts: [String: String]) async -> DeviceCard {
        if let entry = cards.first(where: { $0.card.kind == .touchPanel && $0.matches(facts) }) { return entry.card }
        let taken = Set(plugged.values.map(\.id))
        let (binding, isNew) = bindings.bind(key: device.bindingKey, kind: .touchPanel, taken: taken)
        if isNew {
            do {
                try await journal.write([Entry(nil, [.binding(binding)])], .now)
                try SmallFile.replace(bindingsFile, with: bindings.yaml)
            } catch {
                log.error("Binding is not stored", metadata: ["device": "\(binding.device)", "error": "\(error)"])
            }
        }
        return DeviceCard(id: binding.device, kind: .touchPanel)
    }
}

extension Report {
    fileprivate static func unmatched(_ evidence: String) -> Report {
        Report(symptoms: [Symptom(.profileUnmatched, .wrong(evidence: evidence))])
    }
}

extension DeviceConfig {
    fileprivate func matches(_ facts: [String: String]) -> Bool {
        !match.isEmpty && match.allSatisfy { facts[$0.key] == $0.value }
    }
}

extension UdevDevice {
    /// The facts that hw-profiles match on.
    fileprivate var profileFacts: [String: String] {
        var facts: [String: String] = [:]
        for (name, value) in properties { facts["udev.\(name)"] = value }
        if let vendor = properties["ID_VENDOR_ID"], let model = properties["ID_MODEL_ID"] {
            facts["usb"] = "\(vendor):\(model)"
        }
        return facts
    }

    /// Serial, else port path, else uniq or name.
    fileprivate var bindingKey: String {
        for (kind, name) in [("serial", "ID_SERIAL_SHORT"), ("path", "ID_PATH"), ("uniq", "UNIQ"), ("name", "NAME")] {
            if let value = properties[name], !value.isEmpty { return "input:\(kind):\(value)" }
        }
        return "input:path:\(sysPath)"
    }
}
