/// One frame of the wire: header of 14 bytes, data, checksum (sections 3 and 4).
package struct OnbonFrame: Sendable, Hashable {
    /// Why a closed frame is none of ours.
    package enum Fault: Error, Sendable, Hashable {
        case escape, tooShort, checksum
        /// The header of BX-5E, 5Q, 6E, 6Q graphic cards: F0 in its fifth byte, length in its last four.
        case otherFamily
        /// The header says so many bytes of data, the frame has so many.
        case length(said: Int, found: Int)
        /// A checksum of another kind, or a barcode in the header: the program asks for neither.
        case unasked
    }

    /// FFFE: any card, and it answers. (FFFF, also any card, would stay silent.)
    package static let anyScreen: UInt16 = 0xFFFE
    package static let program: UInt16 = 0x8000
    package static let anyDevice: UInt8 = 0xFE

    package var destination: UInt16
    package var source: UInt16
    /// 1: dynamic areas go before programmes and may overlap them; 0: they may not overlap.
    package var displayMode: UInt8
    package var deviceType: UInt8
    package var data: [UInt8]

    package init(
        to destination: UInt16 = OnbonFrame.anyScreen, from source: UInt16 = OnbonFrame.program, displayMode: UInt8 = 0,
        deviceType: UInt8 = OnbonFrame.anyDevice, data: [UInt8]
    ) {
        (self.destination, self.source, self.displayMode) = (destination, source, displayMode)
        (self.deviceType, self.data) = (deviceType, data)
    }

    private static let headerLength = 14
    private static let version: UInt8 = 2

    /// Eight opening bytes, so that some may get lost (section 3).
    package func encode() -> [UInt8] {
        var body = destination.littleEndianBytes + source.littleEndianBytes + [0, 0, 0, 0, 0, displayMode, deviceType]
        body += [OnbonFrame.version] + UInt16(truncatingIfNeeded: data.count).littleEndianBytes + data
        body += OnbonChecksum.of(body).littleEndianBytes
        return [UInt8](repeating: OnbonEscape.opening, count: 8) + OnbonEscape.escape(body) + [OnbonEscape.closing]
    }

    /// - Parameter wire: what stood between the last opening byte and the closing one.
    package init(wire: some Sequence<UInt8>) throws(Fault) {
        guard let body = OnbonEscape.unescape(wire) else { throw .escape }
        guard body.count >= OnbonFrame.headerLength + 2 else { throw .tooShort }
        guard OnbonChecksum.of(body.dropLast(2)) == body.word(at: body.count - 2) else { throw .checksum }
        if OnbonFrame.isOfOtherFamily(body) { throw .otherFamily }
        let said = Int(body.word(at: 12) ?? 0)
        let found = body.count - OnbonFrame.headerLength - 2
        guard said == found else { throw .length(said: said, found: found) }
        guard body[7] == 0, body[8] == 0 else { throw .unasked }
        self.init(
            to: body.word(at: 0) ?? 0, from: body.word(at: 2) ?? 0, displayMode: body[9], deviceType: body[10],
            data: Array(body[OnbonFrame.headerLength...].dropLast(2)))
    }

    private static func isOfOtherFamily(_ body: [UInt8]) -> Bool {
        let header = 16
        guard body.count >= header + 2, body[4] == 0xF0 else { return false }
        return body.double(at: 12).map { Int($0) == body.count - header - 2 } ?? false
    }
}

extension UInt16 {
    package var littleEndianBytes: [UInt8] { [UInt8(truncatingIfNeeded: self), UInt8(truncatingIfNeeded: self >> 8)] }
}

extension [UInt8] {
    /// Two bytes, the low one first; `nil` beyond the end.
    package func word(at offset: Int) -> UInt16? {
        guard offset >= 0, offset <= count - 2 else { return nil }
        return UInt16(self[offset]) | UInt16(self[offset + 1]) << 8
    }

    /// Four bytes, the lowest first; `nil` beyond the end.
    package func double(at offset: Int) -> UInt32? {
        guard let low = word(at: offset), let high = word(at: offset + 2) else { return nil }
        return UInt32(low) | UInt32(high) << 16
    }
}
