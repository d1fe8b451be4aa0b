// Purpose: asking printers, as values, and the child process that does the asking. libcups is only in that child.
import ZoneModel

/// A question to one device, by its own address (not a queue's: cupsd knows nothing about an idle printer).
package struct PrinterQuery: Sendable, Hashable, Codable {
    /// Questions to one device are asked one after the other, different devices at the same time.
    package var device: String
    package var uri: String
    package var task: PrinterTask

    package init(device: String, uri: String, task: PrinterTask = .attributes) {
        (self.device, self.uri, self.task) = (device, uri, task)
    }
}

/// What is asked of the device.
package enum PrinterTask: Sendable, Hashable, Codable {
    /// Get-Printer-Attributes; the only one answered by a `PrinterAnswer`, all others by a `PrinterJob`.
    case attributes
    /// Print-Job with the file at `path`.
    case print(path: String, format: String, copies: Int)
    /// Get-Job-Attributes.
    case job(Int)
    /// Cancel-Job.
    case cancel(Int)
}

/// A job as the device tells it.
package struct PrinterJob: Sendable, Hashable, Codable {
    /// job-state (RFC 8011, 5.3.7).
    package enum State: String, Sendable, Codable {
        case pending, held, processing, stopped, canceled, aborted, completed, unknown
    }

    package var id: Int
    package var state: State
    /// job-state-reasons as the device wrote them.
    package var reasons: [String]
    /// job-impressions-completed; `nil` when the device does not count.
    package var impressions: Int?

    package init(id: Int, state: State, reasons: [String] = [], impressions: Int? = nil) {
        (self.id, self.state, self.reasons, self.impressions) = (id, state, reasons, impressions)
    }
}

/// What the device answered; every text is cleaned, every list bounded, what was not said is `nil`.
package struct PrinterAnswer: Sendable, Hashable, Codable {
    package enum State: String, Sendable, Codable { case idle, processing, stopped, unknown }

    /// One colorant, tray or bin. `level` in percent of capacity; `nil` when the device does not know it.
    package struct Supply: Sendable, Hashable, Codable {
        package var name: String
        package var type: String?
        package var level: Int?

        package init(name: String, type: String?, level: Int?) {
            (self.name, self.type, self.level) = (name, type, level)
        }
    }

    package var state: State
    /// printer-state-reasons (RFC 8011, 5.4.12) as the device wrote them.
    package var reasons: [String]
    package var message: String?
    package var isAcceptingJobs: Bool?
    package var makeAndModel: String?
    /// IEEE 1284 device id: `MFG:…;MDL:…;SN:…;`.
    package var deviceID: String?
    package var firmware: String?
    package var supplies: [Supply]
    package var trays: [Supply]
    /// printer-impressions-completed: the life counter, when the device has one.
    package var impressionsCompleted: Int?

    package init(
        state: State, reasons: [String] = [], message: String? = nil, isAcceptingJobs: Bool? = nil,
        makeAndModel: String? = nil, deviceID: String? = nil, firmware: String? = nil, supplies: [Supply] = [],
        trays: [Supply] = [], impressionsCompleted: Int? = nil
    ) {
        (self.state, self.reasons, self.message, self.isAcceptingJobs) = (state, reasons, message, isAcceptingJobs)
        (self.makeAndModel, self.deviceID, self.firmware) = (makeAndModel, deviceID, firmware)
        (self.supplies, self.trays, self.impressionsCompleted) = (supplies, trays, impressionsCompleted)
    }
}

/// Why there is no answer: the technician must know which one it is.
package struct PrinterSilence: Error, Sendable, Hashable, Codable, CustomStringConvertible {
    package enum Kind: String, Sendable, Codable, CaseIterable {
        case badAddress, notResolved, refused, noRoute, connectTimedOut, silent, closed, httpError, ippError, notIPP
        /// The worker did not keep its own deadline and was killed, or could not be started.
        case workerOverrun, workerFailed
    }

    package var kind: Kind
    package var detail: String

    package init(_ kind: Kind, _ detail: String = "") { (self.kind, self.detail) = (kind, detail) }
    package var description: String { detail.isEmpty ? kind.rawValue : "\(kind.rawValue): \(detail)" }
}

/// Whoever can ask printers: the worker child, or a test.
package protocol PrinterExchange: Sendable {
    /// Answers or fails within the deadline (plus half a second of grace).
    func ask(_ query: PrinterQuery, within deadline: Duration) async -> Result<PrinterAnswer, PrinterSilence>
    /// The same for every task but `attributes`.
    func order(_ query: PrinterQuery, within deadline: Duration) async -> Result<PrinterJob, PrinterSilence>
}
