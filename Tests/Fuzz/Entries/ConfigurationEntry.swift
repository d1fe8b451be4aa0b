import ZoneConfig
import ZoneModel
import ZoneTime
import ZoneYAML

extension FuzzEntry {
    /// agent.yaml, and behind `%%%` the hub's remote.yaml over it.
    static let configuration = FuzzEntry("configuration") { bytes in
        let files = NamedText.files(bytes, ["agent.yaml", "remote.yaml"])
        let site = ConfigurationText(file: files[0].name, text: files[0].text)
        let remote = files.count > 1 ? ConfigurationText(file: files[1].name, text: files[1].text) : nil
        let read = try Reading(files, site, remote)
        try promise(try Reading(files, site, remote) == read, "read twice, understood differently")
        guard remote != nil else { return }
        let alone = try Reading(files, site, nil)
        if case .understood = alone, case .refused(let complaint) = read {
            try promise(complaint.file == files[1].name, "the site's file is right by itself, yet: \(complaint)")
        }
    }
}

/// What becomes of the files of a configuration.
private enum Reading: Equatable {
    case understood(ReadConfiguration)
    case refused(FileComplaint)

    init(_ files: [NamedText], _ site: ConfigurationText, _ remote: ConfigurationText?) throws {
        do throws(FileComplaint) {
            self = .understood(try ReadConfiguration(site: site, remote: remote))
        } catch {
            self = .refused(error)
        }
        switch self {
        case .refused(let complaint): try promiseFit(complaint, files)
        case .understood(let read):
            try read.config.promiseCleanTexts()
            try read.promiseOrigins(files)
            if let hours = read.config.hours { try hours.promiseOrder() }
        }
    }
}

extension AgentConfig {
    fileprivate func promiseCleanTexts() throws {
        var texts = [name, hubURL ?? "", place ?? ""]
        for portal in portals { texts += [portal.name, portal.url, portal.mark ?? ""] }
        for device in devices {
            texts += [device.uri ?? "", device.card.place ?? ""] + device.match.flatMap { [$0.key, $0.value] }
        }
        for node in nodes { texts.append(node.place ?? "") }
        texts += [fees.document ?? ""] + fees.prices.map(\.item)
        for text in texts { try promiseClean(text, "configuration") }
        try promise(Set(devices.map(\.card.id)).count == devices.count, "two devices of one id")
        try promise(Set(nodes.map(\.node)).count == nodes.count, "two PCs of one id")
        let isApproved = fees.policy == .approved && fees.document != nil
        try promise(fees.prices.isEmpty != isApproved, "a price that nobody approved, or an approval without prices")
        try promise(fees.prices.allSatisfy { (1...99_999).contains($0.money.fen) }, "a price that is none")
    }
}

extension ReadConfiguration {
    /// Each value names a line that is there, and what the site has locked comes from the site.
    fileprivate func promiseOrigins(_ files: [NamedText]) throws {
        for (path, origin) in origins.values {
            try promiseClean(path + origin.text, "origin")
            let file = files.first { $0.name == origin.file }
            try promise(file.map { (1...$0.lineCount).contains(origin.line) } == true, "\(path) has no such origin")
            try promise(files[origin.layer].name == origin.file, "\(path) has the wrong layer")
            let parts = path.split(separator: ".")
            let isLocked = locks.contains { lock in
                let pattern = lock.split(separator: ".")
                return pattern.count <= parts.count && zip(pattern, parts).allSatisfy { $0 == "*" || $0 == $1 }
            }
            try promise(!isLocked || origin.layer == 0, "\(path) is locked and comes from \(origin.file)")
        }
        for path in origins.ignored { try promiseClean(path, "ignored key") }
    }
}

extension OpeningCalendar {
    fileprivate func promiseOrder() throws {
        let dates = week.exceptions.keys.sorted().prefix(8) + [CivilDate(of: WallTime(milliseconds: 1_795_232_100_123))]
        for date in dates {
            let intervals = intervals(from: date.previous, days: 9)
            try promise(
                zip(intervals, intervals.dropFirst()).allSatisfy { $0.upperBound < $1.lowerBound }, "hours overlap")
            let noon = date.start.advanced(byMilliseconds: 12 * 3_600_000)
            guard let change = nextChange(after: noon) else { continue }
            let before = change.advanced(byMilliseconds: -1)
            try promise(change > noon && isOpen(at: change) != isOpen(at: before), "no change at \(change)")
            try promise(isOpen(at: before) == isOpen(at: noon), "a change before \(change) is missed")
        }
    }
}
