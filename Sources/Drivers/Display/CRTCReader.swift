import Glibc
import ZoneLinux

/// The mode in force, by the questions of drm(7) and drm_mode.h that need no mastery: "read-only modeset ioctl can also
/// be called by unauthenticated clients, or when a master is not the currently active one" (include/drm/drm_ioctl.h).
///
/// Whoever opens a card's primary node while nobody is its master becomes its master (drm_master_open), and a desktop
/// that starts at that moment would be refused. So mastery is given back before the first question, the node is closed
/// after the last, and nothing waits in between. A probe of the cable is never asked for: that flickers.
package enum CRTCReader {
    private static let mostConnectors = 64
    /// DRM_IOCTL_DROP_MASTER, `_IO('d', 0x1f)`.
    private static let dropMaster: UInt = 0x641F

    /// - Parameter card: such as `card0`.
    @Sendable package static func mode(_ card: String, _ connector: ConnectorName) -> ModeInForce {
        let path = "/dev/dri/\(card)"
        do throws(SystemError) {
            let node = try OwnedFD(path: path, flags: O_RDONLY | O_CLOEXEC | O_NONBLOCK)
            // EINVAL when somebody else is the master: that is how it should be.
            _ = ioctl(node.raw, CRTCReader.dropMaster, 0)
            return ask(node.raw, connector)
        } catch {
            return .unknown(error.errno == EACCES || error.errno == EPERM ? "permission" : "\(error)")
        }
    }

    private static func ask(_ node: CInt, _ wanted: ConnectorName) -> ModeInForce {
        guard let type = ConnectorType.number(of: wanted.type) else { return .unknown("connectorType") }
        for id in connectors(node) {
            // A place for one mode, told so: with none the kernel would probe the cable (drm_mode_getconnector).
            var (facts, mode) = ([UInt8](repeating: 0, count: 80), [UInt8](repeating: 0, count: 68))
            let isRead = mode.withUnsafeMutableBytes { place in
                facts.put(UInt64(UInt(bitPattern: place.baseAddress)), at: 8)
                facts.put(UInt32(1), at: 32)
                facts.put(id, at: 48)
                return Request.getConnector.ask(node, &facts)
            }
            guard isRead, facts.word(at: 52) == type, facts.word(at: 56) == wanted.number else { continue }
            return picture(node, encoder: facts.word(at: 44))
        }
        return .unknown("connectorNotListed")
    }

    private static func picture(_ node: CInt, encoder: UInt32) -> ModeInForce {
        guard encoder != 0 else { return .dark }
        var facts = [UInt8](repeating: 0, count: 20)
        facts.put(encoder, at: 0)
        guard Request.getEncoder.ask(node, &facts) else { return .unknown("encoder") }
        guard facts.word(at: 8) != 0 else { return .dark }
        var crtc = [UInt8](repeating: 0, count: 104)
        crtc.put(facts.word(at: 8), at: 12)
        guard Request.getCRTC.ask(node, &crtc) else { return .unknown("crtc") }
        guard crtc.word(at: 32) != 0 else { return .dark }
        let isInterlaced = crtc.word(at: 36 + 28) & 1 << 4 != 0
        return .mode(
            DisplayMode(width: crtc.half(at: 36 + 4), height: crtc.half(at: 36 + 14), isInterlaced: isInterlaced))
    }

    private static func connectors(_ node: CInt) -> [UInt32] {
        var facts = [UInt8](repeating: 0, count: 64)
        guard Request.getResources.ask(node, &facts) else { return [] }
        let count = min(Int(facts.word(at: 40)), mostConnectors)
        var ids = [UInt32](repeating: 0, count: count)
        // Frame buffers, pipes and encoders are not asked for: their places stay 0.
        facts = [UInt8](repeating: 0, count: 64)
        let isRead = ids.withUnsafeMutableBytes { place in
            facts.put(UInt64(UInt(bitPattern: place.baseAddress)), at: 16)
            facts.put(UInt32(count), at: 40)
            return Request.getResources.ask(node, &facts)
        }
        return isRead ? ids.filter { $0 != 0 } : []
    }
}

/// `_IOWR('d', number, size)` of asm-generic/ioctl.h; numbers and structures of drm/drm.h and drm/drm_mode.h.
private enum Request: UInt {
    case getResources = 0xC040_64A0
    case getCRTC = 0xC068_64A1
    case getEncoder = 0xC014_64A6
    case getConnector = 0xC050_64A7

    func ask(_ node: CInt, _ bytes: inout [UInt8]) -> Bool {
        bytes.withUnsafeMutableBytes { place in
            guard let start = place.baseAddress else { return false }
            // A few times: each is an answer to a signal, and there are not many.
            for _ in 0..<8 {
                if ioctl(node, rawValue, start) == 0 { return true }
                guard errno == EINTR || errno == EAGAIN else { return false }
            }
            return false
        }
    }
}

/// DRM_MODE_CONNECTOR_… of drm_mode.h by the names of drm_connector_enum_list.
enum ConnectorType {
    private static let names = [
        "Unknown", "VGA", "DVI-I", "DVI-D", "DVI-A", "Composite", "SVIDEO", "LVDS", "Component", "DIN", "DP", "HDMI-A",
        "HDMI-B", "TV", "eDP", "Virtual", "DSI", "DPI", "Writeback", "SPI", "USB",
    ]

    static func number(of name: String) -> UInt32? { names.firstIndex(of: name).map { UInt32($0) } }
}

extension [UInt8] {
    fileprivate mutating func put<Value: FixedWidthInteger>(_ value: Value, at place: Int) {
        for index in 0..<Value.bitWidth / 8 { self[place + index] = UInt8(truncatingIfNeeded: value >> (8 * index)) }
    }

    fileprivate func word(at place: Int) -> UInt32 {
        (0..<4).reduce(UInt32(0)) { $0 | UInt32(self[place + $1]) << (8 * UInt32($1)) }
    }

    fileprivate func half(at place: Int) -> Int { Int(self[place]) | Int(self[place + 1]) << 8 }
}
