import ZoneHubStore
import ZoneLinux
import ZoneModel

/// The roster as a file: CSV (RFC 4180) with a head line, as UTF-8 (with or without byte order mark) or as GB 18030,
/// which is what spreadsheets here write.
///
/// Columns in any order: `zone`, `name`, `type` must be there; `purpose` (production), `place`, `unit` (主管单位), `contactRole`, `agent`
/// (yes), `retired` (no) may be. One wrong line and nothing is taken.
package enum RosterCSV {
    /// One thing that is wrong with a file.
    package struct Complaint: Sendable, Hashable, Codable {
        /// From 1, the head line being the first; 0: the file as a whole.
        package var line: Int
        package var column: String?
        package var zh: String
        package var en: String
    }

    package struct Trouble: Error, Sendable, Hashable, CustomStringConvertible {
        /// The first twenty of them.
        package var complaints: [Complaint]

        package init(complaints: [Complaint]) { self.complaints = complaints }

        package var description: String {
            complaints.map { complaint in
                let column = complaint.column.map { ($0 + "列", ", column " + $0) } ?? ("", "")
                guard complaint.line > 0 else { return "\(complaint.zh)。 \(complaint.en)." }
                return
                    "第\(complaint.line)行\(column.0)：\(complaint.zh)。 Line \(complaint.line)\(column.1): \(complaint.en)."
            }.joined(separator: "\n")
        }
    }

    package static let longest = 4 << 20
    package static let mostLines = 20_000
    private static let mostComplaints = 20

    package static func read(_ file: [UInt8]) throws(Trouble) -> [RosterEntry] {
        guard file.count <= longest else { throw whole("文件超过4 MiB", "the file is larger than 4 MiB") }
        let rows = try CSVRows.read(try text(file))
        guard let head = rows.first else { throw whole("文件是空的", "the file is empty") }
        guard rows.count - 1 <= mostLines else { throw whole("超过\(mostLines)行", "more than \(mostLines) lines") }
        let columns = try RosterColumns(head)
        var (entries, complaints, lines) = ([RosterEntry](), [Complaint](), [ZoneID: Int]())
        for row in rows.dropFirst() where complaints.count < mostComplaints {
            do {
                let entry = try columns.entry(row)
                if let before = lines.updateValue(row.line, forKey: entry.zone) {
                    complaints.append(
                        Complaint(
                            line: row.line, column: "zone", zh: "\(entry.zone) 在第\(before)行已有",
                            en: "\(entry.zone) stands in line \(before) already"))
                }
                entries.append(entry)
            } catch {
                complaints += error.complaints
            }
        }
        guard complaints.isEmpty else { throw Trouble(complaints: Array(complaints.prefix(mostComplaints))) }
        guard !entries.isEmpty else { throw whole("除表头外没有内容", "there is nothing below the head line") }
        return entries
    }

    static func whole(_ zh: String, _ en: String) -> Trouble {
        Trouble(complaints: [Complaint(line: 0, zh: zh, en: en)])
    }

    private static func text(_ file: [UInt8]) throws(Trouble) -> String {
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        let body = file.starts(with: mark) ? Array(file.dropFirst(mark.count)) : file
        if let text = String(validating: body, as: UTF8.self) { return text }
        let text: String
        do {
            text = try CharacterCode.gb18030.decode(body)
        } catch {
            throw whole("本机不能转换GB 18030：\(error)", "this machine cannot convert GB 18030: \(error)")
        }
        guard
            let broken = text.split(separator: "\n", omittingEmptySubsequences: false).firstIndex(where: {
                $0.contains("\u{FFFD}")
            })
        else { return text }
        throw Trouble(complaints: [
            Complaint(
                line: broken + 1, zh: "文字既不是UTF-8也不是GB 18030，请另存为“CSV UTF-8”",
                en: "neither UTF-8 nor GB 18030: save it as “CSV UTF-8”")
        ])
    }
}
