import Synchronization
import Testing
import ZoneCommandLine
import ZoneForms
import ZoneLinux
import ZoneModel
import ZoneTestKit
import ZoneWire

@Suite("zonectl forms")
struct FormsTests {
    private final class Screen: Sendable {
        private let shown = Mutex("")
        var text: String { shown.withLock { $0 } }
        func show(_ text: String) { shown.withLock { $0 += text } }
    }

    private let root: TemporaryRoot
    private let folder: String
    /// What sha256sum says of `%PDF-1.4\n`.
    private let hash = "e5c62df5dab5c87b6a015ef3d43597074d1eec433b15f51aec63b8582d0e4ab4"

    init() throws {
        root = try TemporaryRoot()
        folder = root.path + "/etc/zone-agent/forms"
        try SmallFile.makeDirectory(folder)
    }

    private func check() -> (isFine: Bool, text: String) {
        let screen = Screen()
        let isFine = FormsCheck(root: root.path, show: screen.show).run()
        return (isFine, screen.text)
    }

    private func list(_ more: String = "") throws {
        try SmallFile.replace(
            folder + "/forms.yaml",
            with: """
                forms:
                  - id: application
                    title: 申请表
                    kind: application
                    file: a.pdf
                    sha256: \(hash)
                    pages: 1
                    source: 某办
                    revised: 2026-03-01
                \(more)

                """)
    }

    @Test("check says what is fine, what is missing, what was changed, what nobody listed, and where the list is wrong")
    func states() throws {
        #expect(check().isFine, "no shelf is no mistake")
        try list()
        #expect(!check().isFine && check().text.contains("缺失 missing") && check().text.contains("1 not usable"))
        try SmallFile.replace(folder + "/a.pdf", with: "%PDF-1.4\n")
        try SmallFile.replace(folder + "/b.pdf", with: "%PDF-1.4\n")
        #expect(check().isFine && check().text.contains("● 可用 there") && check().text.contains("b.pdf：没有登记"))
        try SmallFile.replace(folder + "/a.pdf", with: "%PDF-1.5\n")
        #expect(!check().isFine && check().text.contains("changed（SHA-256 is "))
        try list("    colour: red")
        #expect(!check().isFine && check().text.contains("forms.yaml:10: “forms[0].colour”"))
    }

    private func form(_ state: String, _ reason: String? = nil) throws -> FormJSON {
        FormJSON(
            id: try #require(Slug("application")), title: "政府信息公开申请表", kind: "application", pages: 2, source: "某办",
            revised: "2026-03-01", required: true, file: "a.pdf", sha256: hash, state: state, reason: reason)
    }

    @Test("list shows each form with its state in both languages, a state of a newer agent raw")
    func table() throws {
        func text(_ forms: [FormJSON], _ complaint: String? = nil, at: WallTime? = WallTime(milliseconds: 0)) -> String
        {
            FormsTable.text(FormListJSON(forms: forms, complaint: complaint, checkedAt: at, kioskCopies: 1))
        }
        let two = text([try form("there"), try form("changed", "SHA-256 is 00"), try form("burnt")])
        for part in ["申请表", "政府信息公开申请表（必备）", "● 可用 there", "✕ 与登记的不一致 changed（SHA-256 is 00）", "burnt"] {
            #expect(two.contains(part), "\(part)")
        }
        #expect(text([]).contains("docs/forms.md") && text([], at: nil).contains("还没有检查过"))
        #expect(text([], "forms.yaml:3: x\u{1B}[2J").hasPrefix("forms.yaml:3: x[2J"))
    }

    @Test("print says how many, where, and what it costs")
    func printed() throws {
        var job = JobJSON(
            id: "3e298fd071d87d42", device: DeviceID(.printer, 1), format: "application/pdf", bytes: 9, copies: 20,
            actor: "root", requestedAt: WallTime(milliseconds: 0))
        job.fee = FeeQuoteJSON(free: true, fen: 0, text: "免费", document: nil)
        job.form = Slug("application")
        let text = FormsTable.printed(job)
        #expect(text.contains("application：已送打印，共 20 份，免费。") && text.contains("printer-1"))
        #expect(text.contains("3e298fd071d87d42"))
    }
}
