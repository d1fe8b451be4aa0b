import ArgumentParser
import ZoneLinux
import ZoneModel
import ZoneWire

/// `key=value` on the command line as the arguments of an order.
enum OrderArguments {
    /// - Throws: `ValidationError`, `SystemError` when the file cannot be read.
    static func parse(_ words: [String], file: String?) throws -> JSONValue? {
        var members: [String: JSONValue] = [:]
        for word in words {
            guard let equals = word.firstIndex(of: "="), equals > word.startIndex else {
                throw ValidationError("参数应为 key=value：\(word) Arguments are key=value: \(word)")
            }
            members[String(word[..<equals])] = value(String(word[word.index(after: equals)...]))
        }
        if let file { members["text"] = .string(try SmallFile.read(file, limit: 128 << 10)) }
        return members.isEmpty ? nil : .object(members)
    }

    private static func value(_ text: String) -> JSONValue {
        switch text {
        case "true": .bool(true)
        case "false": .bool(false)
        default: Int64(text).map { .integer($0) } ?? .string(text)
        }
    }
}
