import DriverKit
import FoundationEssentials
import Glibc
import Synchronization
import ZoneLinux
import ZoneModel

/// HID devices by their hidraw node, and simulated ones by a Unix stream.
package struct SystemReportOpener: ReportOpener {
    /// Of simulated devices: the path of the stream follows.
    package static let scheme = "sim-hid:"

    package init() {}

    package func open(_ attachment: Attachment, tap: WireTap) async throws(DeviceError) -> any ReportPort {
        let port: DescriptorReportPort
        switch attachment {
        case .node(let path, _): port = try openNode(path, tap)
        case .address(let address) where address.hasPrefix(SystemReportOpener.scheme):
            let path = String(address.dropFirst(SystemReportOpener.scheme.count))
            port = try await StreamGreeting.open(path, address: address, tap)
        case .address, .machine:
            throw DeviceError(
                .unsupported, doing: "open HID device", "expected a hidraw node or \(SystemReportOpener.scheme)PATH")
        }
        tap.note(.greeting, (try? JSONEncoder().encode(port.identity)).map { Array($0) } ?? [])
        return port
    }

    private func openNode(_ path: String, _ tap: WireTap) throws(DeviceError) -> DescriptorReportPort {
        do throws(SystemError) {
            let fd = try OwnedFD(path: path, flags: O_RDWR | O_NONBLOCK)
            let identity = ReportIdentity(try HIDNodeFacts(fd.raw))
            let descriptor = try WaitingDescriptor(fd, name: path)
            return DescriptorReportPort(descriptor, identity: identity, framing: .node, tap: tap)
        } catch {
            let detail = error.errno == ENOTTY ? "not a HID device" : error.description
            throw DeviceError(.init(errno: error.errno), doing: "open \(path)", detail)
        }
    }
}

extension ReportIdentity {
    fileprivate init(_ facts: HIDNodeFacts) {
        func given(_ text: String) -> String? { text.isEmpty ? nil : text.cleaned() }
        self.init(
            name: facts.name.cleaned(), physicalPath: given(facts.physicalPath), serial: given(facts.uniq),
            vendor: facts.vendor, product: facts.product, descriptor: facts.descriptor, simulated: false)
    }
}

/// How reports lie on the wire.
enum ReportFraming: Sendable {
    /// hidraw: one read is one report; a write begins with the report's number, 0 for none
    /// (Documentation/hid/hidraw.rst).
    case node
    /// A stream of reports of one size.
    case stream(size: Int)
}

final class DescriptorReportPort: ReportPort {
    let identity: ReportIdentity
    private let descriptor: WaitingDescriptor
    private let framing: ReportFraming
    private let tap: WireTap
    /// Of a stream: what came of the next report already.
    private let begun: Mutex<[UInt8]>

    init(
        _ descriptor: WaitingDescriptor, identity: ReportIdentity, framing: ReportFraming, tap: WireTap,
        begun: [UInt8] = []
    ) {
        (self.descriptor, self.identity, self.framing, self.tap) = (descriptor, identity, framing, tap)
        self.begun = Mutex(begun)
    }

    func write(_ report: [UInt8], within deadline: Duration) async throws(DeviceError) {
        tap.note(.out, report)
        let bytes =
            switch framing {
            case .node: [0] + report
            case .stream: report
            }
        try await tap.noting { () async throws(DeviceError) in try await descriptor.write(bytes, within: deadline) }
    }

    func read(within deadline: Duration) async throws(DeviceError) -> TimedReport {
        let report = try await tap.noting { () async throws(DeviceError) in
            switch framing {
            case .node:
                let read = try await descriptor.read(within: deadline)
                return TimedReport(read.bytes, at: read.at)
            case .stream(let size): return try await whole(size, within: deadline)
            }
        }
        tap.note(.in, report.bytes)
        return report
    }

    /// Each part in its turn, all within the deadline.
    private func whole(_ size: Int, within deadline: Duration) async throws(DeviceError) -> TimedReport {
        let until = MonoTime.now.advanced(by: deadline)
        while true {
            let report = begun.withLock { begun -> [UInt8]? in
                guard begun.count >= size else { return nil }
                defer { begun.removeFirst(size) }
                return Array(begun.prefix(size))
            }
            if let report { return TimedReport(report, at: MonoTime.now) }
            let more = try await descriptor.read(within: max(.zero, until.since(MonoTime.now))).bytes
            begun.withLock { $0 += more }
        }
    }

    func close() async { await descriptor.close() }
}
