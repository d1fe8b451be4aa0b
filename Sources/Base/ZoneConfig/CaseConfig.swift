import ZoneCases
import ZoneModel
import ZoneYAML

/// Who repairs what, and how long that may take. No number comes with the program: the notices name none.
package struct CaseConfig: Sendable, Hashable {
    package var times = CaseTimes()
    package var vendors: [Slug: VendorCard] = [:]

    package init() {}

    init(in root: inout LayeredSection) throws(FileComplaint) {
        for var section in try root.sections("vendors", by: "id") {
            let id = try section.required("id", expected: "1 to 32 of a-z, 0-9 and -", Slug.init)
            vendors[id] = VendorCard(
                company: try section.required("company", expected: "a name of at most 80 characters", CaseConfig.line),
                phone: try section.value("phone", expected: "a number to call", CaseConfig.line),
                contract: try section.value("contract", expected: "a number of at most 80 characters", CaseConfig.line))
            try section.finish()
            root.absorb(section)
        }
        guard var section = try root.section("cases") else { return }
        let minutes = CaseTimes.minutesExpected
        let (open, fixed) = (
            try section.value("openAfterMinutes", expected: minutes, CaseTimes.minutes),
            try section.value("fixedAfterMinutes", expected: minutes, CaseTimes.minutes)
        )
        times.openAfter = open ?? times.openAfter
        times.fixedAfter = fixed ?? times.fixedAfter
        for (key, severity) in CaseTimes.severities {
            times.bySeverity[severity] = try section.value(key, expected: CaseTimes.termExpected, WorkTerm.init)
        }
        for (key, finder) in CaseTimes.finders {
            times.byFinder[finder] = try section.value(key, expected: CaseTimes.termExpected, WorkTerm.init)
        }
        try section.finish()
        root.absorb(section)
    }

    private static func line(_ text: String) -> String? {
        let plain = text.cleaned(limit: 81)
        return plain.allSatisfy(\.isWhitespace) || plain.unicodeScalars.count > 80 ? nil : plain
    }
}

extension CaseTimes {
    fileprivate static let minutesExpected = "minutes, 1 to 10080"
    fileprivate static let termExpected = "working hours such as 8h (1h to 200h) or working days such as 3d (1d to 60d)"
    fileprivate static let severities: [(String, Severity)] = [("fault", .fault), ("warning", .warning)]
    fileprivate static let finders: [(String, FoundBy)] = [
        ("citizen", .citizen), ("staff", .staff), ("inspection", .inspection),
    ]

    fileprivate static func minutes(_ text: String) -> Duration? {
        Int(text).flatMap { (1...10_080).contains($0) ? .seconds($0 * 60) : nil }
    }

    /// `cases:` of hub.yaml.
    init(_ section: inout YAMLSection) throws(FileComplaint) {
        self.init()
        silentAfter =
            try section.value("silentAfterMinutes", expected: CaseTimes.minutesExpected, CaseTimes.minutes)?.value
            ?? silentAfter
        for (key, severity) in CaseTimes.severities {
            bySeverity[severity] = try section.value(key, expected: CaseTimes.termExpected, WorkTerm.init)?.value
        }
        for (key, finder) in CaseTimes.finders {
            byFinder[finder] = try section.value(key, expected: CaseTimes.termExpected, WorkTerm.init)?.value
        }
    }
}
