// Purpose: asking printers, as values, and the child process that does the asking. libcups is only in that child.
import DriverKit
import ZoneModel

/// A question to one device, by its own address (cupsd knows nothing about an idle printer), or to cupsd about a queue.
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
    /// Get-Printer-Attributes; answered by a `PrinterAnswer`, as `snmp` is, `queue` by a `QueueAnswer`, all others by a
    /// `PrinterJob`.
    case attributes
    /// The Printer MIB (RFC 3805) at the same host.
    case snmp(community: String, port: Int)
    /// eSCL's ScannerStatus at the same host; a `PrinterAnswer` with `scanner`. No port: the printer's.
    case scannerStatus(path: String, port: Int?)
    /// Print-Job with the order's file.
    case print(PrintOrder)
    /// Get-Job-Attributes.
    case job(Int)
    /// Cancel-Job.
    case cancel(Int)
    /// cupsd at this socket or `host:port`: does what is ordered, and tells the queue's state.
    case queue(server: String, order: QueueOrder?)

    /// Asked twice it does no more than once.
    var isQuestion: Bool {
        switch self {
        case .print, .queue(_, .some): false
        case .attributes, .snmp, .scannerStatus, .job, .cancel, .queue(_, .none): true
        }
    }
}

/// A job as the device tells it.
package struct PrinterJob: Sendable, Hashable, Codable {
    /// job-state (RFC 8011, 5.3.7).
    package enum State: String, Sendable, Codable {
        case pending, held, processing, stopped, canceled, aborted, completed, unknown
        /// No state of RFC 8011: the device does not know the job, or no longer.
        case forgotten
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

/// Whoever can ask printers: the worker child, or a test.
package protocol PrinterExchange: Sendable {
    /// Answers or fails within the deadline (plus half a second of grace).
    func ask(_ query: PrinterQuery, within deadline: Duration) async -> Result<PrinterAnswer, PrinterSilence>
    /// The same for the tasks of a document.
    func order(_ query: PrinterQuery, within deadline: Duration) async -> Result<PrinterJob, PrinterSilence>
    /// The same for `queue`.
    func spool(_ query: PrinterQuery, within deadline: Duration) async -> Result<QueueAnswer, PrinterSilence>
}

extension PrinterExchange {
    package func spool(_ query: PrinterQuery, within deadline: Duration) async -> Result<QueueAnswer, PrinterSilence> {
        .failure(PrinterSilence(.workerFailed, "no queues here"))
    }
}
