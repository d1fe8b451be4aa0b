import Glibc
import Synchronization
import Testing
import ZoneCommandLine
import ZoneLinux
import ZoneTestKit

@Suite("A technician sets cupsd's settings and takes them back")
struct CUPSDDeskTests {
    /// cupsd's folder below a root, and what is said about it.
    final class Shop: Sendable {
        let root: TemporaryRoot
        private let said = Mutex("")

        init(_ content: String = CUPSDEditTests.debian) throws {
            root = try TemporaryRoot()
            try SmallFile.makeDirectory("\(root.path)/etc/cups")
            try write(content)
        }

        var path: String { "\(root.path)/etc/cups/cupsd.conf" }
        var backup: String { path + ".before-zone-agent" }
        var text: String { said.withLock { $0 } }
        var content: String { (try? SmallFile.read(path)) ?? "" }
        var names: [String] { SmallFile.list("\(root.path)/etc/cups") }
        var desk: CUPSDDesk {
            CUPSDDesk(root: root.path, clock: SystemClock()) { text in self.said.withLock { $0 += text } }
        }

        func write(_ content: String) throws { try SmallFile.replace(path, with: content, mode: 0o604) }
    }

    @Test("without --yes the changes are shown, and nothing is written")
    func dry() async throws {
        let shop = try Shop()
        try await shop.desk.set(isAgreed: false, restarts: false)
        #expect(shop.content == CUPSDEditTests.debian && shop.names == ["cupsd.conf"])
        #expect(shop.text.contains("- 5: ErrorPolicy retry-job") && shop.text.contains("PreserveJobFiles No"))
        #expect(shop.text.contains("--yes --root \(shop.root.path)"))
    }

    @Test("set and undo: the former bytes, owner and mode are back, and no file is left over")
    func thereAndBack() async throws {
        let shop = try Shop(CUPSDEditTests.debian.split(separator: "\n").joined(separator: "\r\n"))
        let (before, facts) = (shop.content, try FileFacts(path: shop.path))
        try await shop.desk.set(isAgreed: true, restarts: false)
        #expect(shop.names == ["cupsd.conf", "cupsd.conf.before-zone-agent"])
        #expect(try SmallFile.read(shop.backup) == before && shop.content != before)
        for path in [shop.path, shop.backup] {
            let now = try FileFacts(path: path)
            #expect(now.mode == facts.mode && now.owner == facts.owner && now.group == facts.group)
        }
        let once = shop.content
        try await shop.desk.set(isAgreed: true, restarts: false)
        #expect(shop.content == once && shop.text.contains("nothing was changed"))
        try await shop.desk.undo(isAgreed: false, restarts: false)
        #expect(shop.content == once)
        try await shop.desk.undo(isAgreed: true, restarts: false)
        #expect(shop.content == before && shop.names == ["cupsd.conf"])
        #expect(try FileFacts(path: shop.path).mode == facts.mode)
    }

    @Test("a file that was changed after it was set is not put back; both ways out that are named lead out")
    func changedSince() async throws {
        let shop = try Shop()
        try await shop.desk.set(isAgreed: true, restarts: false)
        try shop.write(shop.content + "MaxCopies 20\n")
        let error = await #expect(throws: PrinterRefusal.self) {
            try await shop.desk.undo(isAgreed: true, restarts: false)
        }
        #expect(error?.saying.zh.contains("cp -p") == true && shop.text.contains("MaxCopies 20"))
        try await shop.desk.set(isAgreed: true, restarts: false)
        try await shop.desk.undo(isAgreed: true, restarts: false)
        #expect(shop.content == CUPSDEditTests.debian + "MaxCopies 20\n")
    }

    @Test("there is nothing to undo where nothing was set")
    func nothingSet() async throws {
        let shop = try Shop()
        await #expect(throws: PrinterRefusal.self) { try await shop.desk.undo(isAgreed: true, restarts: false) }
    }

    @Test("a link, a megabyte and nonsense are left alone")
    func leftAlone() async throws {
        let linked = try Shop()
        try SmallFile.replace("\(linked.root.path)/elsewhere", with: CUPSDEditTests.debian)
        SmallFile.remove(linked.path)
        try #require(symlink("\(linked.root.path)/elsewhere", linked.path) == 0)
        let error = await #expect(throws: PrinterRefusal.self) {
            try await linked.desk.set(isAgreed: true, restarts: false)
        }
        #expect(error?.saying.en.contains("elsewhere") == true)
        #expect(try SmallFile.read("\(linked.root.path)/elsewhere") == CUPSDEditTests.debian)

        let large = try Shop(String(repeating: "# x\n", count: 1 << 18))
        await #expect(throws: PrinterRefusal.self) { try await large.desk.set(isAgreed: true, restarts: false) }
        let nonsense = try Shop("</Location>\n")
        await #expect(throws: PrinterRefusal.self) { try await nonsense.desk.set(isAgreed: true, restarts: false) }
        #expect(nonsense.content == "</Location>\n" && nonsense.names == ["cupsd.conf"])
    }

    @Test("check says what is wrong with file and line, and below a root asks no program of this system")
    func check() async throws {
        let shop = try Shop()
        #expect(await shop.desk.check() == 0)
        #expect(shop.text.contains("There is no cupsd here"))
        try SmallFile.makeDirectory("\(shop.root.path)/usr/sbin")
        try SmallFile.replace("\(shop.root.path)/usr/sbin/cupsd", with: "")
        #expect(await shop.desk.check() == 1)
        #expect(shop.text.contains("\(shop.path):5: ErrorPolicy should be abort-job, it is retry-job"))
        #expect(shop.text.contains("sudo zonectl printers cupsd set --root \(shop.root.path)"))
        try await shop.desk.set(isAgreed: true, restarts: false)
        #expect(await shop.desk.check() == 0)
        await #expect(throws: PrinterRefusal.self) { try await shop.desk.set(isAgreed: true, restarts: true) }
    }
}
