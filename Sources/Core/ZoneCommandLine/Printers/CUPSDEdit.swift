import ZoneModel

/// Puts our settings into cupsd.conf and takes them out again, to the last byte. Lines that say otherwise stay as
/// comments with a mark; what is new stands in a block at the end, where it wins (cupsd takes the last one), and at the
/// beginning of each `<Policy>`.
package enum CUPSDEdit {
    /// Debian's socket; systemd's cups.socket has the same.
    static let socket = "/run/cups/cups.sock"
    private static let off = Array("#zone-agent-off# ".utf8)
    private static let added = Array("  # zone-agent-added".utf8)
    private static let begin = Array("# BEGIN zone-agent: zonectl printers cupsd undo".utf8)
    /// The file's last line had no end before.
    private static let beginAfterOpenLine = Array(
        "# BEGIN zone-agent, last line open: zonectl printers cupsd undo".utf8)
    private static let end = Array("# END zone-agent".utf8)

    /// - Returns: the file with our settings; unchanged when nothing is wrong with it.
    package static func set(_ bytes: [UInt8], file: String) throws(CUPSDComplaint) -> [UInt8] {
        let text = try CUPSDText(bytes, file: file)
        let faults = CUPSDFault.all(in: text)
        guard !faults.isEmpty else { return bytes }
        let newline = text.lines.first.map { Array($0.end) }.flatMap { $0.isEmpty ? nil : $0 } ?? [UInt8(ascii: "\n")]
        let doors = CUPSDFault.openDoors(in: text)
        let names = Set(faults.map { $0.name.lowercased() })
        var result: [UInt8] = []
        for line in text.lines {
            let isOff = isSetting(line) && names.contains(line.name) || doors.contains(line)
            result += isOff ? off + line.bytes : line.bytes
            if line.isTop, line.name == "<policy" { result += policyLines(line, names) }
        }
        if let last = result.last, !CUPSDText.isEnd(last) {
            result += newline + beginAfterOpenLine + newline
        } else {
            result += begin + newline
        }
        for setting in CUPSDSetting.top where names.contains(setting.name.lowercased()) {
            result += Array(setting.line.utf8) + newline
        }
        if !doors.isEmpty, !text.lines.contains(where: { isDoor($0) && !doors.contains($0) }) {
            result += Array("Listen \(socket)".utf8) + newline
        }
        return result + end + newline
    }

    /// - Returns: the file as it was before; also when it was changed elsewhere meanwhile. Unchanged without our marks.
    package static func unset(_ bytes: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        var isInBlock = false
        for line in CUPSDText.cut(bytes) {
            let content = line.prefix { !CUPSDText.isEnd($0) }
            if isInBlock {
                isInBlock = !content.elementsEqual(end)
            } else if content.elementsEqual(begin) {
                isInBlock = true
            } else if content.elementsEqual(beginAfterOpenLine) {
                isInBlock = true
                removeLastEnd(&result)
            } else if content.starts(with: off) {
                result += line.dropFirst(off.count)
            } else if !content.reversed().starts(with: added.reversed()) {
                result += line
            }
        }
        return result
    }

    private static func removeLastEnd(_ bytes: inout [UInt8]) {
        let isPair = bytes.suffix(2) == [UInt8(ascii: "\r"), UInt8(ascii: "\n")]
        bytes.removeLast(min(bytes.count, isPair ? 2 : 1))
    }

    private static func isDoor(_ line: CUPSDLine) -> Bool {
        line.isTop && ["listen", "ssllisten"].contains(line.name) && line.value != nil
    }

    /// Not a `Listen`: of these some may stay.
    private static func isSetting(_ line: CUPSDLine) -> Bool {
        guard line.name != "listen" else { return false }
        return line.isTop || line.sections.count == 1 && line.sections[0].hasPrefix("policy")
    }

    private static func policyLines(_ policy: CUPSDLine, _ names: Set<String>) -> [UInt8] {
        CUPSDSetting.inPolicies.filter { names.contains($0.name.lowercased()) }.flatMap { setting in
            Array("  \(setting.line)".utf8) + added + policy.end
        }
    }
}

/// Two versions of a file, for people.
package enum CUPSDDifference {
    /// Lines that are gone and new ones, in order; the files differ in whole lines only.
    package static func text(from old: [UInt8], to new: [UInt8]) -> String {
        let (old, new) = (words(old), words(new))
        let changes = new.difference(from: old).map { change in
            switch change {
            case .remove(let offset, let line, _): (offset, "- \(offset + 1): \(line)")
            case .insert(let offset, let line, _): (offset, "+ \(offset + 1): \(line)")
            }
        }
        return changes.sorted { $0.0 < $1.0 }.map { $0.1.cleaned(limit: 300) + "\n" }.joined()
    }

    private static func words(_ bytes: [UInt8]) -> [String] {
        CUPSDText.cut(bytes).map { String(decoding: $0.prefix { !CUPSDText.isEnd($0) }, as: UTF8.self) }
    }
}
