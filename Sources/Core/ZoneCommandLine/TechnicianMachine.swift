import ZoneIdentity
import ZoneLinux
import ZoneModel
import ZoneWire

/// What is done to the whole PC, as the hub can order it too (docs/orders.md). Waits until it is over: each verb's own
/// deadline and the minute that it may wait for its turn.
extension Technician {
    /// The PC itself; it takes what is about no single device.
    package static let machine = "pc-1"

    /// A look at one device, which the PC is, too.
    package func check(_ device: String) async throws -> Bool {
        try await command(
            device, CommandRequest(verb: "check", args: ["alone": true]), patience: .seconds(120),
            words: CheckTable.text)
    }

    package func testPage(_ printer: String) async throws -> Bool {
        try await command(printer, CommandRequest(verb: "testPage"), patience: .seconds(660))
    }

    package func restartService(_ unit: String) async throws -> Bool {
        let request = CommandRequest(verb: "restartService", args: ["unit": .string(unit)])
        return try await command(Technician.machine, request, patience: .seconds(130))
    }

    /// Writes the bundle into a new file, in zlib format as it came.
    package func diagnostics(to file: String) async throws -> Bool {
        guard !SmallFile.exists(file) else { throw FileIsThere(file: file) }
        return try await command(
            Technician.machine, CommandRequest(verb: "diagnostics"), patience: .seconds(90)
        ) { result in
            let bundle = try DiagnosticsFile.bytes(of: result)
            let output = try OwnedFD.create(file, mode: 0o600)
            try SmallFile.write(bundle, to: output.raw, naming: file)
            return DiagnosticsFile.words(file: file, count: bundle.count)
        }
    }
}

/// The result of `check`.
package enum CheckTable {
    /// What does not read as one is shown as it is.
    package static func text(_ result: JSONValue) throws -> String {
        struct Result: Decodable {
            struct Line: Decodable {
                var device: String
                var outcome: String
                var health: String?
                var seen: [Seen]?
                var error: String?
            }
            struct Seen: Decodable { var code: String }
            var devices: [Line]
        }
        guard let result = try? WireCoding.decode(Result.self, try WireCoding.encode(result)) else {
            return try WireCoding.text(result) + "\n"
        }
        var table = TextTable(header: ["设备 DEVICE", "结果 OUTCOME", "状况 HEALTH", "看到 SEEN"])
        for line in result.devices {
            let seen = line.seen?.map(\.code).joined(separator: " ")
            table.add([line.device, word(line.outcome), line.health ?? "", line.error ?? seen ?? ""])
        }
        return table.text
    }

    private static func word(_ outcome: String) -> String {
        let words = [
            "ok": "正常", "wrong": "有问题", "notOpen": "未打开", "failed": "没有看成", "byPerson": "由人检查",
        ]
        return words[outcome].map { "\($0) \(outcome)" } ?? outcome
    }
}

/// The result of `diagnostics`.
package enum DiagnosticsFile {
    package struct Unreadable: Error, CustomStringConvertible {
        package var description: String { "诊断包无法读取。 The answer is no bundle that this program can read." }
    }

    package static func bytes(of result: JSONValue) throws -> [UInt8] {
        guard result["encoding"]?.stringValue == "deflate, base64", let text = result["data"]?.stringValue,
            let bytes = Base64.decode(text.utf8, .plain)
        else { throw Unreadable() }
        return bytes
    }

    static func words(file: String, count: Int) -> String {
        """
        已写入 \(file)：\(count) 字节。 Written: \(count) bytes.
        查看 read it with: zlib-flate -uncompress < \(file) | jq .

        """
    }
}
