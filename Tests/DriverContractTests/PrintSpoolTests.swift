import Glibc
import QueryPCDriver
import Testing
import ZoneLinux
import ZoneModel
import ZoneTestKit

@Suite("No document of a citizen stays in the print spool")
struct PrintSpoolTests {
    private let root: TemporaryRoot
    private let now = WallTime(milliseconds: 1_800_000_000_000)

    init() throws { root = try TemporaryRoot() }

    private var spool: PrintSpool { PrintSpool(root.path) }

    private func leave(_ name: String, minutesOld minutes: Int) throws {
        try SmallFile.replace("\(root.path)/\(name)", with: "x")
        let seconds = Int(now.milliseconds / 1000) - minutes * 60
        let times = [timespec(tv_sec: seconds, tv_nsec: 0), timespec(tv_sec: seconds, tv_nsec: 0)]
        #expect(utimensat(AT_FDCWD, "\(root.path)/\(name)", times, 0) == 0)
    }

    @Test("a document of this half hour may still be under way; what is not a document is not looked at")
    func fresh() throws {
        try leave("d00012-001", minutesOld: 29)
        try leave("c00012", minutesOld: 600)
        try leave("data.txt", minutesOld: 600)
        try SmallFile.makeDirectory("\(root.path)/d0001")
        #expect(spool.symptoms(at: now) == [Symptom(.printerSpoolLeft, .fine)])
    }

    @Test("older ones were left behind: how many, how old, and nothing else of them is told")
    func left() throws {
        try leave("d00012-001", minutesOld: 31)
        try leave("d00007-001", minutesOld: 300)
        try leave("d00013-001", minutesOld: 1)
        let evidence = "2 documents in \(root.path), the oldest is 5 h old"
        #expect(spool.symptoms(at: now) == [Symptom(.printerSpoolLeft, .wrong(evidence: evidence))])
    }

    @Test("without cupsd there is nothing to say; what cannot be opened is unknown, never fine")
    func blind() throws {
        #expect(PrintSpool("\(root.path)/none").symptoms(at: now).isEmpty)
        try SmallFile.replace("\(root.path)/file", with: "x")
        let sights = PrintSpool("\(root.path)/file").symptoms(at: now).map(\.sight)
        #expect(sights.count == 1)
        #expect(sights.allSatisfy { if case .unknown = $0 { true } else { false } })
    }

    @Test("a clock that was set back makes nothing old, and nothing traps")
    func clock() throws {
        try leave("d00012-001", minutesOld: -6_000_000)
        #expect(spool.symptoms(at: now) == [Symptom(.printerSpoolLeft, .fine)])
        #expect(spool.symptoms(at: WallTime(milliseconds: 0)) == [Symptom(.printerSpoolLeft, .fine)])
    }
}
