import ZoneModel

/// JSON written straight into bytes. The library's encoder takes longer for a heartbeat than a hub for storing it, and
/// a load generator that is dearer than what it loads measures itself. A test compares every byte with `WireCoding`.
struct JSONBytes {
    private(set) var bytes: [UInt8] = []

    init(reserving capacity: Int = 1024) { bytes.reserveCapacity(capacity) }

    /// Text that is JSON already.
    mutating func raw(_ text: StaticString) {
        bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    mutating func raw(_ more: [UInt8]) { bytes.append(contentsOf: more) }

    /// Words of ours: ids, codes, hex digits. Nothing in them needs an escape.
    mutating func word(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        bytes.append(contentsOf: text.utf8)
        bytes.append(UInt8(ascii: "\""))
    }

    mutating func number(_ value: Int64) {
        if value < 0 { bytes.append(UInt8(ascii: "-")) }
        var rest = value.magnitude
        let start = bytes.count
        repeat {
            bytes.append(UInt8(ascii: "0") + UInt8(rest % 10))
            rest /= 10
        } while rest > 0
        bytes[start...].reverse()
    }

    /// RFC 3339, as `WallTime` writes it.
    mutating func time(_ time: WallTime) {
        let civil = CivilTime(utc: time)
        bytes.append(UInt8(ascii: "\""))
        digits(civil.year, 4)
        raw("-")
        digits(civil.month, 2)
        raw("-")
        digits(civil.day, 2)
        raw("T")
        digits(civil.hour, 2)
        raw(":")
        digits(civil.minute, 2)
        raw(":")
        digits(civil.second, 2)
        raw(".")
        digits(civil.millisecond, 3)
        raw("Z\"")
    }

    private mutating func digits(_ value: Int, _ width: Int) {
        var scale = 1
        for _ in 1..<width { scale *= 10 }
        while scale > 0 {
            bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value / scale % 10))
            scale /= 10
        }
    }

    /// `[a,b]`, each written by `each`.
    mutating func list<Items: Collection>(_ items: Items, _ each: (inout JSONBytes, Items.Element) -> Void) {
        raw("[")
        var isFirst = true
        for item in items {
            if !isFirst { raw(",") }
            isFirst = false
            each(&self, item)
        }
        raw("]")
    }
}

/// CRC-32 as in zlib (RFC 1952, section 8), so that a script can compare with `zlib.crc32`.
enum Checksum {
    private static let table: [UInt32] = (0..<256).map { index in
        (0..<8).reduce(UInt32(index)) { value, _ in value & 1 == 1 ? 0xEDB8_8320 ^ (value >> 1) : value >> 1 }
    }

    static func crc32(_ bytes: some Sequence<UInt8>) -> UInt32 {
        ~bytes.reduce(~0) { table[Int(UInt8(truncatingIfNeeded: $0) ^ $1)] ^ ($0 >> 8) }
    }
}
