/// CRC-16/ARC: polynomial 8005 reflected, begins with 0, sent low byte first. The self-test value of "123456789" is
/// BB3D; the vendor prints the table in the appendix of its document.
package enum OnbonChecksum {
    package static func of(_ bytes: some Sequence<UInt8>) -> UInt16 {
        var checksum: UInt16 = 0
        for byte in bytes {
            checksum ^= UInt16(byte)
            for _ in 0..<8 { checksum = checksum & 1 == 1 ? (checksum >> 1) ^ 0xA001 : checksum >> 1 }
        }
        return checksum
    }
}
