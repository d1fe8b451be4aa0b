import ZoneAgentCore
import ZoneConfig
import ZoneLinux
import ZoneModel
import ZoneProfiles
import ZoneYAML

/// Both shelves of hw-profiles: are they there, can they be read, is there a mistake in them?
package struct ProfileCheck: Check {
    /// More would bury the rest of the report.
    private static let shown = 10

    package let id = "profiles"
    package let title = Saying("硬件资料", "Hardware profiles")

    package init() {}

    package func run(in patient: Patient) async -> [Finding] {
        let (places, drivers) = (patient.places, DriverRegistry.facts(patient.drivers))
        let shelves = await patient.look { Shelves(places, drivers) }
        var findings = shelves.hidden.map { Finding.hidden("profiles.readable", $0) }
        if shelves.isShippedMissing {
            findings.append(
                .fault(
                    "profiles.shipped", "随软件提供的硬件资料不在：\(places.shippedProfiles)。",
                    "The shipped profiles are not there: \(places.shippedProfiles).", Remedy.reinstall))
        }
        findings += shelves.complaints.prefix(ProfileCheck.shown).map {
            .fault(
                "profiles.lint", "\($0.zh)。", "\($0.english).",
                Saying("改正这一行，再运行 zonectl profiles lint", "Correct that line, then run zonectl profiles lint"))
        }
        let further = shelves.complaints.count - ProfileCheck.shown
        if further > 0 {
            findings.append(
                .fault(
                    "profiles.lint", "还有 \(further) 处错误。", "There are \(further) more mistakes.",
                    Saying("全部列出：zonectl profiles lint", "All of them: zonectl profiles lint")))
        }
        guard findings.isEmpty else { return findings }
        return [.ok("profiles.lint", "\(shelves.count) 个文件，没有错误。", "\(shelves.count) files, no mistake.")]
    }
}

private struct Shelves: Sendable {
    var isShippedMissing = false
    /// What the caller may not read.
    var hidden: [String] = []
    var complaints: [FileComplaint] = []
    var count = 0

    init(_ places: Places, _ drivers: [String: DriverFacts]) {
        for top in [places.shippedProfiles, places.siteProfiles] { look(into: top) }
        isShippedMissing =
            hidden.isEmpty && !SmallFile.list(places.shippedProfiles).contains { $0.first?.isNumber == true }
        let shelf = ProfileShelf(places: places)
        count = shelf.files.count
        // A file that this caller may not read is no mistake of the file's.
        complaints = shelf.lint(drivers: drivers).filter { complaint in
            !hidden.contains { complaint.file == $0 || complaint.file.hasPrefix("\($0)/") }
        }
    }

    private mutating func look(into top: String) {
        guard case .seen = Sight({ () throws(SystemError) in try FileFacts(path: top) }) else { return }
        let files = SmallFile.list(top).flatMap { folder in
            ["\(top)/\(folder)"] + SmallFile.list("\(top)/\(folder)").map { "\(top)/\(folder)/\($0)" }
        }
        hidden += ([top] + files).filter { !FileFacts.canRead($0) }
    }
}
