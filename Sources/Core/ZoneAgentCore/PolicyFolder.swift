import ZoneConfig
import ZoneLinux
import ZoneYAML

/// Where policies lie: what is shipped is a shelf to choose from, what the site has counts always. Without a choice the
/// shelf is shown as it is, and never laid under what the site has.
package struct PolicyFolder: Sendable {
    /// What one file says, or why nobody can read it.
    package struct File: Sendable {
        package let path: String
        package let text: Result<String, FileComplaint>
    }

    /// Nothing of what is shipped.
    package static let none = "none"
    fileprivate static let limit = 256 * 1024

    /// In the order in which they are laid. What cannot be read is a mistake: somebody has asked for it.
    package let files: [File]
    /// Whether somebody has said whose rules count here.
    package let isChosen: Bool

    /// - Parameter origin: where the configuration names the shipped ones.
    package init(places: Places, names: [String] = [], origin: Origins.Origin? = nil) {
        func paths(_ folder: String) -> [String] {
            SmallFile.list(folder).filter { $0.hasSuffix(".yaml") }.map { "\(folder)/\($0)" }
        }
        let chosen = names.filter { $0 != PolicyFolder.none }.map { name in
            File(path: "\(places.shippedPolicy)/\(name).yaml") {
                let line = origin?.line ?? 1
                return FileComplaint(
                    file: origin?.file ?? places.agentConfig, line: line, field: "policy",
                    expected: PolicyFolder.expected(instead: name, in: places.shippedPolicy))
            }
        }
        let own = paths(places.sitePolicy).map { File(path: $0) }
        let shipped = own.isEmpty ? paths(places.shippedPolicy).map { File(path: $0) } : []
        files = (names.isEmpty ? shipped : chosen) + own
        isChosen = !names.isEmpty || !own.isEmpty
    }

    package init(paths: [String]) { (files, isChosen) = (paths.map { File(path: $0) }, true) }

    private static func expected(instead name: String, in folder: String) -> String {
        let names = SmallFile.list(folder).filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(5)) }
        // Both languages in one line: a complaint says this twice, and tables cut it.
        let hint = nearest(to: name, among: names).map { "，最接近 nearest: \($0)" } ?? ""
        return "\(folder) 中的文件名 a file's name（“\(name)”不存在或不能读 is not there or not readable\(hint)）"
    }
}

extension PolicyFolder.File {
    /// - Parameter complaint: about one that is not there, not readable, or too long.
    fileprivate init(path: String, otherwise complaint: (() -> FileComplaint)? = nil) {
        self.path = path
        if let read = try? SmallFile.read(path, limit: PolicyFolder.limit) {
            text = .success(read)
        } else {
            text = .failure(complaint?() ?? PolicyFolder.File.unreadable(path))
        }
    }

    private static func unreadable(_ path: String) -> FileComplaint {
        FileComplaint(
            file: path, line: 1, field: "",
            expected: "可读的文件，不超过 256 KiB（现在不存在或不能读）"
                + " a readable file of at most 256 KiB (it is not there or not readable)")
    }
}

/// The name with the fewest slips of the finger; `nil` where more than a third of it would be one.
private func nearest(to name: String, among names: [String]) -> String? {
    let ranked = names.map { (name: $0, slips: slips(Array(name.utf8), Array($0.utf8))) }
    guard let best = ranked.min(by: { $0.slips < $1.slips }), best.slips * 3 <= name.utf8.count else { return nil }
    return best.name
}

/// Letters to put in, take out or change.
private func slips(_ left: [UInt8], _ right: [UInt8]) -> Int {
    var row = Array(0...right.count)
    for (index, letter) in left.enumerated() {
        var corner = row[0]
        row[0] = index + 1
        for (place, other) in right.enumerated() {
            let fewest = min(row[place] + 1, row[place + 1] + 1, corner + (letter == other ? 0 : 1))
            corner = row[place + 1]
            row[place + 1] = fewest
        }
    }
    return row[right.count]
}
