import Crypto
import Glibc
import Testing
import ZoneForms
import ZoneLinux
import ZoneModel
import ZoneTestKit
import ZoneYAML

@Suite("The shelf of forms: a file is what was listed, or it is not given out")
struct FormShelfTests {
    private let root: TemporaryRoot
    private let pdf = Array("%PDF-1.4\n%%EOF\n".utf8)

    init() throws { root = try TemporaryRoot() }

    private func put(_ name: String, _ bytes: [UInt8]) throws {
        let file = try OwnedFD(path: "\(root.path)/\(name)", flags: O_WRONLY | O_CREAT | O_TRUNC, mode: 0o600)
        try SmallFile.write(bytes, to: file.raw, naming: name)
    }

    private func list(_ bytes: [UInt8], file: String = "a.pdf") throws {
        try put(
            FormList.name,
            Array(
                """
                forms:
                  - id: a
                    title: 申请表
                    kind: application
                    file: \(file)
                    sha256: \(Hex.text(SHA256.hash(data: bytes)))
                    pages: 1
                    source: 某办
                    revised: 2026-03-01

                """.utf8))
    }

    private var state: FormState? { FormShelf(folder: root.path).items.first?.state }

    @Test("there, missing, changed by one bit, not a PDF, too large, a link, a pipe, a folder")
    func states() throws {
        try list(pdf)
        #expect(state == .missing)
        try put("a.pdf", pdf)
        #expect(state == .there)
        for (place, bit) in [(0, 1), (6, 128), (pdf.count - 1, 4)] {
            var other = pdf
            other[place] ^= UInt8(bit)
            try put("a.pdf", other)
            #expect(state == .changed)
        }
        try list(Array("hello".utf8))
        try put("a.pdf", Array("hello".utf8))
        #expect(state == .unreadable, "listed, but no PDF")
        try put("real.pdf", pdf)
        try list(pdf)
        SmallFile.remove("\(root.path)/a.pdf")
        #expect(symlink("\(root.path)/real.pdf", "\(root.path)/a.pdf") == 0)
        #expect(state == .unreadable, "a link could lead anywhere")
        SmallFile.remove("\(root.path)/a.pdf")
        #expect(mkfifo("\(root.path)/a.pdf", 0o600) == 0)
        #expect(state == .unreadable, "and nobody waited for its other end")
        SmallFile.remove("\(root.path)/a.pdf")
        try SmallFile.makeDirectory("\(root.path)/a.pdf")
        #expect(state == .unreadable)
    }

    @Test("8 MiB are taken, one byte more is not, though its hash is right")
    func size() throws {
        for (size, wanted) in [(FormShelf.documentLimit, FormState.there), (FormShelf.documentLimit + 1, .unreadable)] {
            let bytes = pdf + [UInt8](repeating: 0x20, count: size - pdf.count)
            try put("a.pdf", bytes)
            try list(bytes)
            #expect(state == wanted)
        }
    }

    private func all(_ reader: FormReader) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        while let piece = try await reader.next() { bytes += piece }
        return bytes
    }

    @Test(
        "what goes out is what was listed; who writes into the file meanwhile spoils the end, who replaces it does not")
    func reader() async throws {
        let lane = BlockingLane(label: "test")
        let document = pdf + [UInt8](repeating: 0x20, count: 1 << 20)
        try list(document)
        try put("a.pdf", document)
        let entry = try #require(FormShelf(folder: root.path).items.first?.entry)
        #expect(try await all(FormReader.open(entry, in: root.path, lane: lane)) == document)
        let replaced = try await FormReader.open(entry, in: root.path, lane: lane)
        try SmallFile.replace("\(root.path)/a.pdf", with: "another")
        #expect(try await all(replaced) == document)
        try put("a.pdf", document)
        let spoiled = try await FormReader.open(entry, in: root.path, lane: lane)
        try put("a.pdf", document.dropLast() + [0x21])
        let late = await #expect(throws: FormTrouble.self) { try await all(spoiled) }
        #expect(late?.state == .changed)
        let early = await #expect(throws: FormTrouble.self) {
            try await FormReader.open(entry, in: root.path, lane: lane)
        }
        #expect(early?.state == .changed && early?.reason.contains(root.path) == false)
    }

    @Test("no folder and no list are an empty shelf; a list that cannot be used is a complaint; strangers are named")
    func lists() throws {
        let none = FormShelf(folder: root.path + "/none")
        #expect(none.items.isEmpty && none.complaint == nil)
        try list(pdf)
        try put("b.pdf", pdf)
        try put(".a.pdf.swp", pdf)
        #expect(FormShelf(folder: root.path).strangers == ["b.pdf"])
        try put(FormList.name, Array("forms: [".utf8))
        #expect(FormShelf(folder: root.path).complaint?.line == 1)
        try put(FormList.name, [0xFF, 0xFE, 0x41])
        #expect(FormShelf(folder: root.path).complaint?.expected == "text in UTF-8")
        try put(FormList.name, [UInt8](repeating: 0x20, count: FormList.longest + 1))
        #expect(FormShelf(folder: root.path).complaint?.expected == "at most 64 KiB")
        SmallFile.remove("\(root.path)/\(FormList.name)")
        #expect(mkfifo("\(root.path)/\(FormList.name)", 0o600) == 0)
        #expect(FormShelf(folder: root.path).complaint != nil)
    }
}
