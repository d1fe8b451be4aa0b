/// A ZIP file with its entries stored as they are (PKWARE APPNOTE 6.3.10): what a document needs, and no more. The same
/// entries make the same bytes: every date is 1980-01-01.
struct ZipArchive {
    private struct Entry {
        var name: [UInt8]
        var size: UInt32
        var check: UInt32
        var offset: UInt32
    }

    private var bytes: [UInt8] = []
    private var entries: [Entry] = []

    /// - Parameter name: ASCII, with `/` between folders.
    mutating func add(_ name: String, _ text: String) {
        let content = Array(text.utf8)
        let entry = Entry(
            name: Array(name.utf8), size: UInt32(content.count), check: CRC32.of(content), offset: UInt32(bytes.count))
        entries.append(entry)
        bytes += ZipArchive.fields([(0x0403_4B50, 4)]) + ZipArchive.common(entry) + entry.name + content
    }

    /// With the directory at its end.
    var file: [UInt8] {
        let directory = entries.flatMap { entry in
            // Made by FAT, version 2.0; no comment, disk 0, no attributes.
            ZipArchive.fields([(0x0201_4B50, 4), (20, 2)]) + ZipArchive.common(entry)
                + ZipArchive.fields([(0, 2), (0, 2), (0, 2), (0, 4), (entry.offset, 4)]) + entry.name
        }
        let count = UInt32(entries.count)
        let end = ZipArchive.fields([
            (0x0605_4B50, 4), (0, 2), (0, 2), (count, 2), (count, 2), (UInt32(directory.count), 4),
            (UInt32(bytes.count), 4), (0, 2),
        ])
        return bytes + directory + end
    }

    /// Version 2.0, no flags, stored, 00:00 on 1980-01-01, check, both sizes, length of the name, nothing extra.
    private static func common(_ entry: Entry) -> [UInt8] {
        fields([
            (20, 2), (0, 2), (0, 2), (0, 2), (0x21, 2), (entry.check, 4), (entry.size, 4), (entry.size, 4),
            (UInt32(entry.name.count), 2), (0, 2),
        ])
    }

    /// Little-endian numbers of so many bytes each.
    private static func fields(_ fields: [(value: UInt32, count: Int)]) -> [UInt8] {
        fields.flatMap { field in
            (0..<field.count).map { UInt8(truncatingIfNeeded: field.value >> UInt32($0 * 8)) }
        }
    }
}

/// CRC-32 of ISO/IEC 3309, as ZIP wants it.
enum CRC32 {
    private static let table: [UInt32] = (0..<256).map { number in
        var value = UInt32(number)
        for _ in 0..<8 { value = value & 1 == 1 ? (value >> 1) ^ 0xEDB8_8320 : value >> 1 }
        return value
    }

    static func of(_ bytes: [UInt8]) -> UInt32 {
        var check = ~UInt32(0)
        for byte in bytes { check = (check >> 8) ^ table[Int(UInt8(truncatingIfNeeded: check) ^ byte)] }
        return ~check
    }
}
