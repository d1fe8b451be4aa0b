import DriverKit
import Logging
import ZoneJournal
import ZoneModel

/// Keeps what one device learns over restarts and replugs: hands it over after the device was opened, asks for it now and
/// then and before it is closed.
package actor MemoryKeeper {
    package static let round = Duration.seconds(600)

    private let journal: Journal
    private let device: DeviceID
    private let log: Logger
    /// What is on the disk; the same is not written again.
    private var kept: [UInt8]?
    /// What is there is not known: it must not be written over by a device that began with nothing.
    private var isUnread = false

    package init(journal: Journal, device: DeviceID, log: Logger) {
        (self.journal, self.device, self.log) = (journal, device, log)
    }

    func handOver(to live: any LiveDevice) async {
        guard let learner = live as? any LearningDevice else { return }
        do {
            isUnread = false
            kept = try await journal.learned(by: device)
        } catch {
            isUnread = true
            log.error("What the device has learned is not readable", metadata: ["error": "\(error)"])
        }
        if let kept { await learner.recall(kept) }
    }

    func ask(_ live: any LiveDevice) async { await keep(await (live as? any LearningDevice)?.memory()) }

    func keep(_ memory: [UInt8]?) async {
        guard let memory, memory != kept, !isUnread else { return }
        guard memory.count <= DeviceMemory.limit else {
            return log.error("The device wants to keep too much", metadata: ["bytes": "\(memory.count)"])
        }
        do {
            try await journal.write([Entry(nil, [.learned(device, memory)])], .now)
            kept = memory
        } catch {
            log.error("What the device has learned is not stored", metadata: ["error": "\(error)"])
        }
    }
}
