import ZoneConfig
import ZoneLinux
import ZoneModel

/// agent.yaml, to which entries are added as text: its comments and its order stay somebody's own.
struct SiteFile {
    private let path: String
    private let text: String?
    let config: AgentConfig?

    /// - Throws: `FileComplaint` when it has a mistake.
    init(_ path: String) throws {
        self.path = path
        guard (try? FileFacts(path: path, followingLinks: false)) != nil else {
            (text, config) = (nil, nil)
            return
        }
        let text = try SmallFile.read(path)
        config = try ReadConfiguration(site: ConfigurationText(file: path, text: text)).config
        self.text = text
    }

    /// - Parameter entries: lines, indented by two spaces.
    /// - Throws: `PrinterRefusal`, and nothing is written, when the file would not say the same with them added.
    func add(_ entries: [String], of ids: Set<DeviceID>) throws {
        guard let text, let config else {
            throw PrinterRefusal(
                "还没有 \(path)；先 sudo zonectl setup --zone 编号 --write。",
                "There is no \(path) yet: first sudo zonectl setup --zone ID --write.")
        }
        let longer = SiteFile.adding(entries, to: text)
        let read = try? ReadConfiguration(site: ConfigurationText(file: path, text: longer)).config
        guard var read, Set(read.devices.map(\.card.id)) == Set(config.devices.map(\.card.id)).union(ids) else {
            throw unclear
        }
        read.devices.removeAll { ids.contains($0.card.id) }
        guard read == config else { throw unclear }
        let kept = try KeptFile(path)
        guard kept.bytes == Array(text.utf8) else {
            throw PrinterRefusal(
                "\(path) 刚被改过，没有写入；请再运行一次。", "\(path) was changed meanwhile; nothing was written: run this again.")
        }
        try kept.write(Array(longer.utf8), to: path)
    }

    private var unclear: PrinterRefusal {
        PrinterRefusal(
            "\(path) 的写法特殊，没有改动；请自己粘贴上面的条目（去掉 --write 再看）。",
            "\(path) is written in a way of its own and was left alone: run it without --write and paste the entries.")
    }

    /// Right below `devices:`, as far to the right as the entries that are there.
    private static func adding(_ entries: [String], to text: String) -> String {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        guard let head = lines.firstIndex(where: isHead) else {
            return text + (text.hasSuffix("\n") || text.isEmpty ? "" : "\n") + "devices:\n"
                + entries.map { "\($0)\n" }.joined()
        }
        let first = lines[(head + 1)...].first { $0.drop { $0 == " " }.hasPrefix("- ") }
        let indent = String(repeating: " ", count: first?.prefix { $0 == " " }.count ?? 2)
        lines[head] = "devices:"
        lines.insert(contentsOf: entries.map { indent + $0.dropFirst(2) }, at: head + 1)
        return lines.joined(separator: "\n")
    }

    /// `devices:` or `devices: []`.
    private static func isHead(_ line: String) -> Bool {
        guard line.hasPrefix("devices:") else { return false }
        let rest = line.dropFirst(8).filter { $0 != " " }
        return rest.isEmpty || rest == "[]"
    }
}
