import Testing
import ZoneConfig
import ZoneForms
import ZoneModel
import ZoneTestKit
import ZoneYAML

/// A list as an office writes it.
enum SampleForms {
    static let hash = String(repeating: "ab", count: 32)

    static let list = """
        forms:
          - id: application
            title: 政府信息公开申请表
            kind: application
            file: 申请表.pdf
            sha256: \(hash)
            pages: 2
            zoneTypes: [hall, township]
            required: true
            source: 某区政府办公室 某府办发〔2026〕3号
            revised: 2026-03-01
          - id: contact
            title: 联系电话及接收地址
            kind: contact
            file: contact.pdf
            sha256: \(hash.uppercased())
            pages: 1
            zoneTypes: all
            source: 某区政府办公室
            revised: 2026-01-05
        """
}

@Suite("The list of forms")
struct FormListTests {
    @Test("is read whole: types, hashes in small letters, what is not said")
    func whole() throws {
        let entries = try FormList(text: SampleForms.list, file: "forms.yaml").entries
        #expect(entries.map(\.id.text) == ["application", "contact"] && entries.map(\.line) == [2, 12])
        #expect(
            entries.map(\.required) == [true, false] && entries.map(\.sha256) == [SampleForms.hash, SampleForms.hash])
        #expect(entries[0].concerns(.hall) && !entries[0].concerns(.village))
        #expect(entries[1].concerns(.village) && entries[1].zoneTypes == nil)
        #expect(entries[0].kind.zh == "申请表" && "\(entries[0].revised)" == "2026-03-01")
        #expect(try FormList(text: "", file: "x").entries.isEmpty)
    }

    @Test(
        "names every mistake with line and field",
        arguments: [
            ("id: contact", "id: application", 12, "forms[1].id"), ("id: contact", "id: Contact", 12, "forms[1].id"),
            ("kind: contact", "kind: poster", 14, "forms[1].kind"),
            ("title: 联系电话及接收地址", "title: ' '", 13, "forms[1].title"),
            ("file: contact.pdf", "file: ../contact.pdf", 15, "forms[1].file"),
            ("file: contact.pdf", "file: /etc/contact.pdf", 15, "forms[1].file"),
            ("file: contact.pdf", "file: sub/contact.pdf", 15, "forms[1].file"),
            ("file: contact.pdf", "file: .contact.pdf", 15, "forms[1].file"),
            ("file: contact.pdf", "file: .pdf", 15, "forms[1].file"),
            ("file: contact.pdf", "file: contact.doc", 15, "forms[1].file"),
            ("file: 申请表.pdf", "file: \(String(repeating: "表", count: 40)).pdf", 5, "forms[0].file"),
            ("sha256: abab", "sha256: abaz", 6, "forms[0].sha256"),
            ("sha256: abab", "sha256: ab", 6, "forms[0].sha256"),
            ("pages: 2", "pages: 0", 7, "forms[0].pages"), ("pages: 2", "pages: 201", 7, "forms[0].pages"),
            ("[hall, township]", "[]", 8, "forms[0].zoneTypes"),
            ("[hall, township]", "[hall, school]", 8, "forms[0].zoneTypes"),
            ("[hall, township]", "[hall, hall]", 8, "forms[0].zoneTypes"),
            ("[hall, township]", "hall", 8, "forms[0].zoneTypes"),
            ("required: true", "required: maybe", 9, "forms[0].required"),
            ("revised: 2026-03-01", "revised: 2026-02-30", 11, "forms[0].revised"),
            ("    pages: 1\n", "", 12, "forms[1].pages"), ("pages: 1", "pages: 1\n    page: 1", 18, "forms[1].page"),
            ("forms:", "forms: many\nx:", 1, "forms"),
        ])
    func mistakes(_ from: String, _ to: String, _ line: Int, _ field: String) throws {
        let text = SampleForms.list.replacing(from, with: to, maxReplacements: 1)
        try #require(text != SampleForms.list)
        let found = #expect(throws: FileComplaint.self) { try FormList(text: text, file: "forms.yaml") }
        #expect(found?.file == "forms.yaml" && found?.line == line && found?.field == field, "\(found as Any)")
    }

    @Test("a hundred forms are enough")
    func bound() throws {
        func list(_ count: Int) -> String {
            "forms:\n"
                + (0..<count).map {
                    "  - {id: f\($0), title: 表, kind: sample, file: a.pdf, sha256: \(SampleForms.hash), pages: 1, source: 某, "
                        + "revised: 2026-01-01}\n"
                }.joined()
        }
        #expect(try FormList(text: list(100), file: "x").entries.count == 100)
        #expect(throws: FileComplaint.self) { try FormList(text: list(101), file: "x") }
    }

    @Test("half a list, at every length, and noise are an error or a smaller list, never a crash")
    func everyPrefix() {
        let list = SampleForms.list
        for end in list.indices { _ = try? FormList(text: String(list[..<end]), file: "x") }
        var random = SeededGenerator(seed: 39)
        for _ in 0..<200 { _ = try? FormList(text: String(decoding: random.bytes(80), as: UTF8.self), file: "x") }
    }
}
