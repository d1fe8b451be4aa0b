import DriverKit
import FoundationEssentials
import ZoneLinux
import ZoneModel

/// A simulated HID device on a Unix stream: one line of JSON with its identity, then reports of 64 bytes both ways.
enum StreamGreeting {
    /// The identity holds a descriptor of up to 4096 bytes, written as numbers.
    private static let longest = 32_768
    private static let patience = Duration.seconds(3)
    private static let reportSize = 64

    static func open(_ path: String, address: String, _ tap: WireTap) async throws(DeviceError) -> DescriptorReportPort
    {
        let descriptor: WaitingDescriptor
        do throws(SystemError) {
            descriptor = try WaitingDescriptor(try UnixSocket.connect(path), name: address)
        } catch {
            throw DeviceError(.absent, doing: "open \(address)", error.description)
        }
        do throws(DeviceError) {
            let (identity, rest) = try await greeting(descriptor, address)
            return DescriptorReportPort(
                descriptor, identity: identity, framing: .stream(size: reportSize), tap: tap, begun: rest)
        } catch {
            await descriptor.close()
            throw error
        }
    }

    private static func greeting(_ descriptor: WaitingDescriptor, _ address: String) async throws(DeviceError)
        -> (ReportIdentity, [UInt8])
    {
        let until = MonoTime.now.advanced(by: patience)
        var bytes: [UInt8] = []
        while true {
            if let end = bytes.firstIndex(of: UInt8(ascii: "\n")) {
                guard let identity = try? JSONDecoder().decode(ReportIdentity.self, from: Data(bytes[..<end])) else {
                    throw DeviceError(.malformedReply, doing: "open \(address)", "identity is not readable")
                }
                return (identity, Array(bytes[(end + 1)...]))
            }
            guard bytes.count < longest else {
                throw DeviceError(.malformedReply, doing: "open \(address)", "identity is too long")
            }
            bytes += try await descriptor.read(within: max(.zero, until.since(MonoTime.now))).bytes
        }
    }
}
