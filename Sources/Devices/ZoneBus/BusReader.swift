import CSystemd
import Glibc
import ZoneModel

/// Reads a message into a `BusValue`. sd-bus checks the marshalling; how much of it is taken is bounded here.
struct BusReader {
    /// A PC with thirty block devices answers with about 4000 values.
    static let mostValues = 50_000
    static let deepest = 12
    static let longestText = 4096

    private let message: OpaquePointer
    private var left = BusReader.mostValues

    init(_ message: OpaquePointer) { self.message = message }

    /// The next value; `nil` at the end of what is being read.
    mutating func next(depth: Int = 0) throws(BusFailure) -> BusValue? {
        var (type, contents) = (CChar(0), UnsafePointer<CChar>?.none)
        guard try check(sd_bus_message_peek_type(message, &type, &contents)) > 0 else { return nil }
        left -= 1
        guard left > 0, depth < BusReader.deepest else { throw .malformed("too much") }
        let inner = contents.map { String(cString: $0) } ?? ""
        switch UInt8(bitPattern: type) {
        case UInt8(ascii: "a"): return try array(of: inner, depth)
        case UInt8(ascii: "v"):
            return try within("v", inner, depth) { one, depth throws(BusFailure) in
                try one.next(depth: depth) ?? .other
            }
        case UInt8(ascii: "r"): return .list(try within("r", inner, depth, BusReader.rest))
        default: return try basic(type)
        }
    }

    private mutating func array(of inner: String, _ depth: Int) throws(BusFailure) -> BusValue {
        if inner == "y" { return try bytes() }
        guard inner.hasPrefix("{") else { return .list(try within("a", inner, depth, BusReader.rest)) }
        return try within("a", inner, depth) { reader, depth throws(BusFailure) in
            var members: [String: BusValue] = [:]
            while let (key, value) = try reader.entry(depth: depth) {
                if let key { members[key] = value }
            }
            return .map(members)
        }
    }

    private mutating func entry(depth: Int) throws(BusFailure) -> (String?, BusValue)? {
        var (type, contents) = (CChar(0), UnsafePointer<CChar>?.none)
        guard try check(sd_bus_message_peek_type(message, &type, &contents)) > 0 else { return nil }
        return try within("e", contents.map { String(cString: $0) } ?? "", depth) {
            reader, depth throws(BusFailure) in
            let key = try reader.next(depth: depth)?.textValue
            return (key, try reader.next(depth: depth) ?? .other)
        }
    }

    private static func rest(_ reader: inout BusReader, _ depth: Int) throws(BusFailure) -> [BusValue] {
        var items: [BusValue] = []
        while let item = try reader.next(depth: depth) { items.append(item) }
        return items
    }

    private mutating func within<Value>(
        _ type: Unicode.Scalar, _ contents: String, _ depth: Int,
        _ read: (inout BusReader, Int) throws(BusFailure) -> Value
    ) throws(BusFailure) -> Value {
        try check(sd_bus_message_enter_container(message, CChar(truncatingIfNeeded: type.value), contents))
        let value = try read(&self, depth + 1)
        try check(sd_bus_message_exit_container(message))
        return value
    }

    /// Paths come as bytes with a zero at their end.
    private mutating func bytes() throws(BusFailure) -> BusValue {
        var (start, size) = (UnsafeRawPointer?.none, 0)
        try check(sd_bus_message_read_array(message, CChar(UInt8(ascii: "y")), &start, &size))
        let raw = UnsafeRawBufferPointer(start: start, count: start == nil ? 0 : min(size, BusReader.longestText))
        return .text(String(decoding: raw.prefix { $0 != 0 }, as: UTF8.self))
    }

    private mutating func basic(_ type: CChar) throws(BusFailure) -> BusValue {
        switch UInt8(bitPattern: type) {
        case UInt8(ascii: "b"): .bool(try scalar(type, CInt(0)) != 0)
        case UInt8(ascii: "y"): .integer(Int64(try scalar(type, UInt8(0))))
        case UInt8(ascii: "n"): .integer(Int64(try scalar(type, Int16(0))))
        case UInt8(ascii: "q"): .integer(Int64(try scalar(type, UInt16(0))))
        case UInt8(ascii: "i"): .integer(Int64(try scalar(type, Int32(0))))
        case UInt8(ascii: "u"): .integer(Int64(try scalar(type, UInt32(0))))
        case UInt8(ascii: "x"): .integer(try scalar(type, Int64(0)))
        case UInt8(ascii: "t"): .integer(Int64(clamping: try scalar(type, UInt64(0))))
        case UInt8(ascii: "d"): .number(try scalar(type, Double(0)))
        case UInt8(ascii: "h"): try skip(type)
        default:
            .text(
                try scalar(type, UnsafePointer<CChar>?.none).map {
                    String(cString: $0).cleaned(limit: BusReader.longestText)
                } ?? "")
        }
    }

    private mutating func skip(_ type: CChar) throws(BusFailure) -> BusValue {
        _ = try scalar(type, CInt(0))
        return .other
    }

    private func scalar<Value>(_ type: CChar, _ start: Value) throws(BusFailure) -> Value {
        var value = start
        let result = withUnsafeMutableBytes(of: &value) { sd_bus_message_read_basic(message, type, $0.baseAddress) }
        try check(result)
        return value
    }

    @discardableResult
    private func check(_ result: CInt) throws(BusFailure) -> CInt {
        guard result >= 0 else { throw .malformed(SystemBus.words(result)) }
        return result
    }
}
