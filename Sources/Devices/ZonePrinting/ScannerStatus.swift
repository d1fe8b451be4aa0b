import ZoneModel

/// What a scanner says of itself: the document ScannerStatus of eSCL (Mopria eSCL 2.97, section 8), as far as it is read.
package struct ScannerStatus: Sendable, Hashable, Codable {
    /// pwg:State.
    package enum State: String, Sendable, Codable, CaseIterable {
        case idle, processing, testing, stopped, down
        /// A word that is none of these.
        case unknown
    }

    package var state: State
    /// scan:AdfState as the device wrote it, such as `ScannerAdfLoaded`; `nil` when there is no feeder.
    package var adf: String?

    package init(state: State, adf: String? = nil) { (self.state, self.adf) = (state, adf) }

    /// What is wrong with it; `nil`: nothing.
    package var fault: String? {
        if state == .stopped || state == .down { return "State \(state.rawValue)" }
        return adf.flatMap { adf in ScannerStatus.faults.contains { adf.hasSuffix($0) } ? adf : nil }
    }

    /// ScannerAdfJam, ScannerAdfDoorOpen and so on. An empty feeder is none.
    private static let faults = ["Jam", "DoorOpen", "HatchOpen", "Mispick", "Failed", "MultipickDetected"]
}

extension ScannerStatus {
    /// Printers send 500 bytes to 5 KB; with a long list of old jobs, more.
    package static let longest = 64 << 10
    private static let deepest = 16
    private static let mostTags = 2000

    /// Reads as much XML as devices write, and no more: what has a document type, or is not closed, is none.
    /// - Returns: `nil` when it is no ScannerStatus.
    package init?(xml bytes: [UInt8]) {
        guard bytes.count <= ScannerStatus.longest else { return nil }
        var (path, rest, tags): ([String], ArraySlice<UInt8>, Int) = ([], bytes[...], 0)
        var found: [String: String] = [:]
        var isWhole = false
        while let open = rest.firstIndex(of: UInt8(ascii: "<")), !isWhole {
            let text = rest[..<open]
            rest = rest[(open + 1)...]
            guard let tag = XMLTag(taking: &rest), tags < ScannerStatus.mostTags else { return nil }
            tags += 1
            switch tag {
            case .aside: continue
            case .open(let name):
                guard path.count < ScannerStatus.deepest, !path.isEmpty || name == "ScannerStatus" else { return nil }
                path.append(name)
            case .empty: guard !path.isEmpty else { return nil }
            case .close(let name):
                guard path.last == name else { return nil }
                if path.count == 2, found[name] == nil { found[name] = ScannerStatus.word(text) }
                path.removeLast()
                isWhole = path.isEmpty
            }
        }
        guard isWhole, let state = found["State"] else { return nil }
        self.init(
            state: State(rawValue: state.lowercased()) ?? .unknown,
            adf: found["AdfState"].flatMap { $0.isEmpty ? nil : $0 })
    }

    private static func word(_ text: ArraySlice<UInt8>) -> String {
        let characters = String(decoding: text.prefix(200), as: UTF8.self).split { $0.isWhitespace }
        return (characters.first.map(String.init) ?? "").cleaned(limit: 60)
    }
}

/// What stands between `<` and `>`; names without their prefix.
private enum XMLTag {
    case open(String), close(String), empty
    /// A declaration or comment.
    case aside

    /// - Returns: `nil` for what does not end, and for what brings entities along.
    init?(taking rest: inout ArraySlice<UInt8>) {
        if rest.starts(with: Array("!--".utf8)) {
            guard let end = rest.firstRange(of: Array("-->".utf8)) else { return nil }
            rest = rest[end.upperBound...]
            self = .aside
            return
        }
        guard let end = rest.firstIndex(of: UInt8(ascii: ">")), let first = rest.first else { return nil }
        let inside = rest[..<end]
        rest = rest[(end + 1)...]
        switch first {
        case UInt8(ascii: "?"): self = .aside
        case UInt8(ascii: "!"): return nil
        case UInt8(ascii: "/"): self = .close(XMLTag.name(inside.dropFirst()))
        default: self = inside.last == UInt8(ascii: "/") ? .empty : .open(XMLTag.name(inside))
        }
    }

    private static func name(_ inside: ArraySlice<UInt8>) -> String {
        let whole = inside.prefix { $0 > 0x20 && $0 != UInt8(ascii: "/") }
        return String(decoding: whole.split(separator: UInt8(ascii: ":")).last ?? [], as: UTF8.self)
    }
}
