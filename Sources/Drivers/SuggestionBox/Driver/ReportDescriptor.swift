/// What the items of a HID report descriptor (HID 1.11, section 6.2.2) say about the form of its reports: enough to
/// tell one device from another. Takes any bytes; its time is linear in their number.
package struct ReportDescriptor: Sendable, Hashable {
    package enum Flaw: Error, Sendable, Hashable {
        case tooLong
        case truncated(at: Int)
        /// Collections or pushed states that do not match, or that nest too deep.
        case unbalanced(at: Int)
        /// A report of more than 8 KiB.
        case tooLarge(at: Int)
    }

    /// Usage pages of the top-level collections, in order.
    package private(set) var pages: [UInt16] = []
    /// Size of one report of each kind in bytes, the longest when there are several; 0 when there is none.
    package private(set) var inputBytes = 0
    package private(set) var outputBytes = 0
    package private(set) var featureBytes = 0
    package private(set) var hasReportIDs = false

    package static let longest = 4096
    private static let deepest = 32
    private static let mostBits = 8 * 8192

    /// Pages from 0xFF00 belong to vendors (HID Usage Tables 1.5, section 3).
    package var isVendorDefined: Bool { !pages.isEmpty && pages.allSatisfy { $0 >= 0xFF00 } }

    package init(_ bytes: [UInt8]) throws(Flaw) {
        guard bytes.count <= ReportDescriptor.longest else { throw .tooLong }
        var reader = Reader()
        var place = 0
        while place < bytes.count {
            let begin = place
            guard let item = Item(bytes, at: &place) else { throw .truncated(at: begin) }
            try reader.take(item, at: begin)
        }
        guard reader.depth == 0 else { throw .unbalanced(at: bytes.count) }
        (pages, hasReportIDs) = (reader.pages, reader.hasReportIDs)
        (inputBytes, outputBytes, featureBytes) =
            (reader.byteCount(.input), reader.byteCount(.output), reader.byteCount(.feature))
    }

    /// A prefix with up to four bytes of data, little-endian; of a long item only the length counts.
    private struct Item {
        var kind: UInt8
        var tag: UInt8
        var value: UInt32 = 0

        init?(_ bytes: [UInt8], at place: inout Int) {
            let prefix = bytes[place]
            if prefix == 0xFE {
                guard place + 1 < bytes.count else { return nil }
                let length = 3 + Int(bytes[place + 1])
                guard bytes.count - place >= length else { return nil }
                (kind, tag, place) = (3, 15, place + length)
                return
            }
            let size = [0, 1, 2, 4][Int(prefix & 0x03)]
            guard bytes.count - place > size else { return nil }
            for index in 0..<size { value |= UInt32(bytes[place + 1 + index]) << UInt32(8 * index) }
            (kind, tag, place) = (prefix >> 2 & 0x03, prefix >> 4, place + 1 + size)
        }
    }

    private enum Kind: UInt8 { case input = 8, output = 9, feature = 11 }

    /// Item state table of section 6.2.2.7, as far as sizes need it.
    private struct Globals {
        var page: UInt16 = 0
        var size: UInt32 = 0
        var count: UInt32 = 0
        var report: UInt32 = 0
    }

    private struct Slot: Hashable {
        var kind: Kind
        var report: UInt32
    }

    private struct Reader {
        var pages: [UInt16] = []
        var depth = 0
        var hasReportIDs = false
        private var globals = Globals()
        private var pushed: [Globals] = []
        private var bits: [Slot: Int] = [:]

        func byteCount(_ kind: Kind) -> Int {
            ((bits.lazy.filter { $0.key.kind == kind }.map(\.value).max() ?? 0) + 7) / 8
        }

        mutating func take(_ item: Item, at place: Int) throws(Flaw) {
            switch item.kind {
            case 0: try takeMain(item, at: place)
            case 1: try takeGlobal(item, at: place)
            default: break
            }
        }

        private mutating func takeMain(_ item: Item, at place: Int) throws(Flaw) {
            if let kind = Kind(rawValue: item.tag) {
                let slot = Slot(kind: kind, report: globals.report)
                let more = UInt64(globals.size) * UInt64(globals.count)
                guard more <= UInt64(mostBits), bits[slot, default: 0] + Int(more) <= mostBits else {
                    throw .tooLarge(at: place)
                }
                bits[slot, default: 0] += Int(more)
            } else if item.tag == 10 {
                if depth == 0 { pages.append(globals.page) }
                depth += 1
                guard depth <= deepest else { throw .unbalanced(at: place) }
            } else if item.tag == 12 {
                depth -= 1
                guard depth >= 0 else { throw .unbalanced(at: place) }
            }
        }

        private mutating func takeGlobal(_ item: Item, at place: Int) throws(Flaw) {
            switch item.tag {
            case 0: globals.page = UInt16(truncatingIfNeeded: item.value)
            case 7: globals.size = item.value
            case 8: (globals.report, hasReportIDs) = (item.value, true)
            case 9: globals.count = item.value
            case 10:
                guard pushed.count < deepest else { throw .unbalanced(at: place) }
                pushed.append(globals)
            case 11:
                guard let last = pushed.popLast() else { throw .unbalanced(at: place) }
                globals = last
            default: break
            }
        }
    }
}

extension ReportDescriptor {
    /// What is wrong with it as the descriptor of an MCP2221A, for a technician; `nil` when it fits.
    package var mismatch: String? {
        guard isVendorDefined else { return "a HID device of another kind" }
        guard !hasReportIDs else { return "reports with numbers" }
        guard inputBytes == MCP2221.reportLength, outputBytes == MCP2221.reportLength else {
            return inputBytes == outputBytes
                ? "\(inputBytes)-byte reports" : "\(inputBytes)-byte reports in and \(outputBytes)-byte reports out"
        }
        return nil
    }
}
