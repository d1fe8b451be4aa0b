import ZoneModel
import ZoneYAML

/// All profiles of this machine. A file that cannot be read is a complaint; it never disarms the others.
package struct ProfileShelf: Sendable {
    package private(set) var files: [ProfileFile] = []
    package private(set) var complaints: [FileComplaint] = []

    /// A file found on disk: its path, its content, and the names of root (0 shipped, 1 site) and folder.
    package struct Source: Sendable {
        package var path: String
        package var root: Int
        package var folder: String
        package var text: String

        package init(path: String, root: Int, folder: String, text: String) {
            (self.path, self.root, self.folder, self.text) = (path, root, folder, text)
        }
    }

    package init(_ sources: [Source]) {
        for source in sources {
            do throws(FileComplaint) {
                guard let layer = Int(source.folder.prefix { $0.isNumber }) else {
                    throw FileComplaint(
                        file: source.path, line: 1, field: "",
                        expected: "a folder such as 10-generic, 30-vendor, 50-model")
                }
                files.append(
                    try ProfileFile(text: source.text, path: source.path, rank: .init(root: source.root, layer: layer)))
            } catch {
                complaints.append(error)
            }
        }
        files.sort { ($0.rank, $0.path) < ($1.rank, $1.path) }
    }

    /// The files that fit, weakest first.
    package func matching(_ hardware: HardwareFacts) -> [ProfileFile] { files.filter { $0.fits(hardware) } }

    /// All matching files laid over each other; `nil` when none names a driver.
    package func profile(for hardware: HardwareFacts) -> DeviceProfile? {
        let layers = matching(hardware)
        guard let driver = layers.last(where: { $0.driver != nil })?.driver?.value else { return nil }
        var settings: [String: String] = [:]
        for layer in layers { settings.merge(layer.settings.mapValues(\.value)) { _, later in later } }
        let interval = layers.last { $0.probeInterval != nil }?.probeInterval?.value ?? .seconds(30)
        return DeviceProfile(
            driver: driver, kind: hardware.kind, settings: settings, probeInterval: interval,
            maxAge: layers.last { $0.maxAge != nil }?.maxAge?.value,
            evidence: layers.last { $0.evidence != nil }?.evidence?.value ?? .guess)
    }

    /// For people: every value that matched, winner last, with file and line.
    package func explain(_ hardware: HardwareFacts) -> [String] {
        var lines: [String] = []
        for file in matching(hardware) {
            if let driver = file.driver { lines.append("\(driver.file):\(driver.line): driver = \(driver.value)") }
            for (key, value) in file.settings.sorted(by: { $0.key < $1.key }) {
                lines.append("\(value.file):\(value.line): set.\(key) = \(value.value)")
            }
            if let interval = file.probeInterval {
                lines.append("\(interval.file):\(interval.line): expect.probeInterval = \(interval.value)")
            }
            if let age = file.maxAge { lines.append("\(age.file):\(age.line): expect.maxAge = \(age.value)") }
            if let evidence = file.evidence {
                lines.append("\(evidence.file):\(evidence.line): evidence = \(evidence.value.rawValue)")
            }
        }
        return lines
    }
}

/// What lint must know of a driver.
package struct DriverFacts: Sendable {
    package var kinds: Set<DeviceKind>
    /// Key -> what is wrong with a text, or `nil`.
    package var settings: [String: @Sendable (String) -> String?]

    package init(kinds: Set<DeviceKind>, settings: [String: @Sendable (String) -> String?]) {
        (self.kinds, self.settings) = (kinds, settings)
    }
}

extension ProfileShelf {
    /// Every mistake that can be seen without hardware: unreadable files, unknown drivers and settings, two files of
    /// one rank that match the same things.
    package func lint(drivers: [String: DriverFacts]) -> [FileComplaint] {
        complaints + files.flatMap { lint($0, drivers) } + files.compactMap(lateAge) + ambiguities()
    }

    private func lint(_ file: ProfileFile, _ drivers: [String: DriverFacts]) -> [FileComplaint] {
        guard let name = file.driver else { return [] }
        guard let driver = drivers[name.value], driver.kinds.contains(file.kind) else {
            let fitting = drivers.filter { $0.value.kinds.contains(file.kind) }.keys.sorted()
            return [
                FileComplaint(
                    file: name.file, line: name.line, field: "driver",
                    expected: "a driver for \(file.kind.rawValue): " + fitting.joined(separator: ", "))
            ]
        }
        return file.settings.sorted { $0.key < $1.key }.compactMap { key, value in
            guard let complaint = driver.settings[key] else {
                let known = driver.settings.keys.sorted().joined(separator: ", ")
                return FileComplaint(
                    file: value.file, line: value.line, field: "set.\(key)",
                    expected: known.isEmpty ? "no settings: \(name.value) has none" : "one of \(known)")
            }
            return complaint(value.value).map {
                FileComplaint(file: value.file, line: value.line, field: "set.\(key)", expected: $0)
            }
        }
    }

    /// How old an answer may be is settled before the device has said who it is.
    private func lateAge(_ file: ProfileFile) -> FileComplaint? {
        guard let age = file.maxAge, file.match["vendor"] != nil || file.match["model"] != nil else { return nil }
        return FileComplaint(
            file: age.file, line: age.line, field: "expect.maxAge",
            expected: "nothing: files that match vendor or model come too late for it")
    }

    private func ambiguities() -> [FileComplaint] {
        files.indices.flatMap { index in files[..<index].map { ($0, files[index]) } }.compactMap { first, second in
            guard first.rank == second.rank, first.kind == second.kind, first.match == second.match else { return nil }
            return FileComplaint(
                file: second.path, line: 1, field: "match", expected: "something else than \(first.path) matches")
        }
    }
}
