import Glibc
import Testing
import ZoneLinux
import ZoneModel
import ZoneTestKit

@testable import QueryPCDriver

@Suite("The browser's managed policies: read as the browser reads them")
struct BrowserPolicyTests {
    private let root: TemporaryRoot
    private let home = "https://www.example.gov.cn/"

    init() throws { root = try TemporaryRoot() }

    private var wish: BrowserWish {
        BrowserWish(folders: [root.path], policies: ["HomepageLocation": .string(home), "SyncDisabled": true])
    }

    private func file(_ name: String, _ text: String) throws {
        try SmallFile.replace("\(root.path)/\(name)", with: text)
    }

    @Test("what it writes is what it wants to read, the browser's own words for it included")
    func written() throws {
        var all = BrowserWish.leaveNothing.merging(BrowserWish.homepage(home)) { $1 }
        all.merge(BrowserWish.bookmarks([("政府信息公开", home + "gk"), ("“引号”", home)])) { $1 }
        all.merge(BrowserWish.downloads(into: "/srv/kiosk/downloads")) { $1 }
        let wish = BrowserWish(folders: [root.path], policies: all)
        try file("zone-agent.json", wish.text)
        #expect(wish.compare() == [.read([], broken: [])])
        #expect(wish.symptom.sight == .fine)
    }

    @Test("names the file and the key; of two files the later name counts")
    func later() throws {
        #expect(wish.symptom.sight != .fine, "an empty folder is no policy")
        try file("zone-agent.json", wish.text)
        try file("zz.json", #"{"HomepageLocation": "https://example.com/"}"#)
        let sight = wish.symptom.sight
        #expect(sight == .wrong(evidence: "\(root.path)/zz.json: HomepageLocation differs"))
        try file("aa.json", #"{"HomepageLocation": "https://example.com/"}"#)
        SmallFile.remove("\(root.path)/zz.json")
        #expect(wish.symptom.sight == .fine)
    }

    @Test("comments and a comma before a closing bracket are no mistake, as they are none to the browser")
    func chromium() throws {
        try file(
            "50-site.json",
            """
            \u{FEFF}// the site's own
            {
              /* not for citizens: "SyncDisabled": false, */
              "HomepageLocation": "https://www.example.gov.cn/", // with a slash, and "a quote
              "SyncDisabled": true,
              "ManagedBookmarks": [{"name": "/* \\" // no comment, ]",},],
            }
            """)
        let own: JSONValue = [["name": "/* \" // no comment, ]"]]
        let wish = BrowserWish(
            folders: [root.path], policies: wish.policies.merging(["ManagedBookmarks": own]) { $1 })
        #expect(wish.compare() == [.read([], broken: [])])
        try file("60-late.json", #"{"HomepageLocation": "https://example.com/",} // wins"#)
        #expect(wish.symptom.sight == .wrong(evidence: "\(root.path)/60-late.json: HomepageLocation differs"))
    }

    @Test(
        "what the browser does not take is none to this reader either",
        arguments: ["{,}", #"{"a": [,]}"#, #"{"a": 1,,}"#, #"{"a":,}"#, "{} /* open", "{} / x", "{\"a\": \"", "/", ""])
    func noJSON(_ text: String) throws {
        try file("odd.json", text)
        #expect(BrowserPolicyFolder(root.path).compare([:]) == .read([], broken: ["\(root.path)/odd.json"]))
    }

    @Test("a file that is no JSON, too long or no file at all says nothing, and is named")
    func broken() throws {
        try file("zone-agent.json", wish.text)
        try file("half.json", #"{"HomepageLocation": "#)
        try file("long.json", "{\"x\": \"" + String(repeating: "x", count: 300_000) + "\"}")
        try file("deep.json", String(repeating: "[", count: 5000))
        #expect(mkfifo("\(root.path)/pipe.json", 0o600) == 0)
        let names = ["deep", "half", "long"].map { "\(root.path)/\($0).json" }
        #expect(wish.compare() == [.read([], broken: names)])
        #expect(
            wish.symptom.sight == .wrong(evidence: names.map { "\($0): not readable as JSON" }.joined(separator: "; ")))
    }

    @Test("no folder is no policy; a folder that cannot be read is unknown")
    func blind() throws {
        let none = BrowserWish(folders: ["\(root.path)/none"], policies: wish.policies)
        #expect(
            none.symptom.sight
                == .wrong(
                    evidence:
                        "\(root.path)/none: HomepageLocation is missing; \(root.path)/none: SyncDisabled is missing"))
        try file("plain", "x")
        let sight = BrowserWish(folders: ["\(root.path)/plain"], policies: wish.policies).symptom.sight
        guard case .unknown = sight else { return #expect(Bool(false), "\(sight)") }
    }
}

@Suite("What a citizen leaves in a folder: counted, and removed where the site says so")
struct ResidueTests {
    private let root: TemporaryRoot
    private var folder: String { root.path + "/downloads" }

    /// Belongs to somebody who is not root, whoever runs the test.
    init() throws {
        root = try TemporaryRoot()
        try SmallFile.makeDirectory(folder)
        try give(folder)
    }

    private func give(_ path: String) throws {
        if geteuid() == 0 { #expect(lchown(path, 65_534, 65_534) == 0) }
    }

    private func leave(_ name: String, as text: String = "x") throws {
        let path = "\(folder)/\(name)"
        let above = SmallFile.folder(of: path)
        try SmallFile.makeDirectory(above)
        try give(above)
        try SmallFile.replace(path, with: text)
        try give(path)
    }

    private let past = WallTime(milliseconds: 1_000_000_000_000)
    private let future = WallTime(milliseconds: 9_000_000_000_000)

    @Test("what is newer than the beginning of the use is counted, a file with an old date of its own too")
    func counted() throws {
        try leave("a.pdf")
        try leave("deep/b.pdf")
        let old = [timespec(tv_sec: 1000, tv_nsec: 0), timespec(tv_sec: 1000, tv_nsec: 0)]
        #expect(utimensat(AT_FDCWD, "\(folder)/a.pdf", old, 0) == 0)
        #expect(try ResidueFolder(folder).look(since: past).left == 2)
        #expect(try ResidueFolder(folder).look(since: future).left == 0)
        #expect(try ResidueFolder(root.path + "/none").look(since: past) == ResidueFolder.Count())
    }

    @Test("everything of the folder's owner goes; what a link points to stays, and what is somebody else's")
    func cleared() throws {
        try SmallFile.makeDirectory(root.path + "/precious")
        try SmallFile.replace(root.path + "/precious/deed.pdf", with: "x")
        try leave("a.pdf")
        try leave("deep/b.pdf")
        #expect(symlink(root.path + "/precious", folder + "/link") == 0)
        try give(folder + "/link")
        #expect(symlink(root.path + "/precious/deed.pdf", folder + "/deed") == 0)
        try give(folder + "/deed")
        let name = Array("\(folder)/".utf8CString.dropLast()) + [CChar(bitPattern: 0xFF), 0]
        #expect(mkfifo(name, 0o600) == 0, "a name that is not UTF-8, of a thing that is no file")
        if geteuid() == 0 { #expect(lchown(name, 65_534, 65_534) == 0) }
        let count = try ResidueFolder(folder).clear()
        #expect(count == ResidueFolder.Count(left: 0, removed: 5, failed: 0, isCut: false))
        #expect(SmallFile.list(folder).isEmpty)
        #expect(SmallFile.exists(root.path + "/precious/deed.pdf"))
    }

    @Test("a folder that is a link, or root's own, is not emptied", .enabled(if: geteuid() == 0))
    func refused() throws {
        try leave("a.pdf")
        #expect(symlink(folder, root.path + "/link") == 0)
        #expect(throws: SystemError.self) { try ResidueFolder(root.path + "/link").clear() }
        #expect(chown(folder, 0, 0) == 0)
        #expect(throws: SystemError.self) { try ResidueFolder(folder).clear() }
        #expect(SmallFile.exists(folder + "/a.pdf"))
        #expect(chown(folder, 65_534, 65_534) == 0)
        #expect(chown(folder + "/a.pdf", 0, 0) == 0)
        #expect(try ResidueFolder(folder).clear().left == 1, "somebody else put it there")
    }

    @Test("told when a use is over and a moment has passed: counts, no names")
    func told() throws {
        let now = WallTime(milliseconds: 2_000_000_000_000)
        func sights(_ use: KioskUse) -> [Symptom.Sight] {
            ResidueSight.symptoms([folder], use, at: now).map(\.sight)
        }
        try leave("身份证.pdf")
        #expect(ResidueSight.symptoms([], .unknown, at: now).isEmpty)
        #expect(sights(.underWay) == [.unknown(reason: "in use")])
        #expect(sights(.unknown) == [.unknown(reason: "nobody was here yet")])
        let justOver = KioskUse.over(began: past, ended: now.advanced(byMilliseconds: -1000))
        #expect(sights(justOver) == [.unknown(reason: "just over")])
        let over = KioskUse.over(began: past, ended: now.advanced(byMilliseconds: -60_000))
        #expect(sights(over) == [.wrong(evidence: "1 file in 1 folder")])
        _ = try ResidueFolder(folder).clear()
        #expect(sights(over) == [.fine])
    }
}
