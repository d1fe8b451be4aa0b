import Logging
import Testing
import ZoneIdentity
import ZoneLinux
import ZoneModel
import ZoneTestKit
import ZoneTime

@testable import ZoneHubDoor

@Suite("The authority's file")
struct IdentityAuthorityTests {
    private let clock = ManualClock()
    private let root: TemporaryRoot

    init() throws { root = try TemporaryRoot() }

    private var folder: String { root.path + "/lib/ca" }
    private var path: String { folder + "/authority.json" }

    private func open(_ names: [String] = ["hub.example"], _ clock: ManualClock? = nil) throws -> Authority {
        let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        return try Authority(folder: folder, names: names, clock: clock ?? self.clock, log: log)
    }

    @Test("the first start makes one, for its owner only; the next start finds it")
    func firstStart() throws {
        let first = try open()
        #expect(try FileFacts(path: path).mode == 0o600)
        #expect(try FileFacts(path: folder).mode & 0o077 == 0)
        #expect(SmallFile.list(folder) == ["authority.json"])
        let again = try open()
        #expect(again.anchors == first.anchors)
        #expect(again.now.file.server.certificate == first.now.file.server.certificate)
    }

    @Test("another name for the hub is another server certificate, by the same authority")
    func names() throws {
        let first = try open()
        let second = try open(["hub.example", "10.1.2.3"])
        #expect(second.anchors == first.anchors)
        #expect(second.now.file.server.names == ["10.1.2.3", "hub.example"])
        #expect(second.now.file.server.certificate != first.now.file.server.certificate)
        #expect(throws: IdentityError.self) { try open(["not a name"]) }
        #expect(throws: IdentityError.self) { try open([]) }
        #expect(try open().anchors == first.anchors, "a bad name changes nothing")
    }

    @Test("a damaged file is never replaced by a new authority", arguments: ["", "{", "{\"v\":1}", "half"])
    func damaged(_ content: String) throws {
        let whole = try open().anchors
        let text = try SmallFile.read(path)
        let damaged = content == "half" ? String(text.prefix(text.utf8.count / 2)) : content
        try SmallFile.replace(path, with: damaged, mode: 0o600)
        let error = #expect(throws: AuthorityError.self) { try open() }
        guard case .damaged = error else { return #expect(Bool(false), "\(String(describing: error))") }
        #expect(try SmallFile.read(path) == damaged, "it is left as it is")
        try SmallFile.replace(path, with: text, mode: 0o600)
        #expect(try open().anchors == whole)
    }

    @Test("what a crash left half written beside it does not count")
    func leftover() async throws {
        let first = try open()
        try SmallFile.replace(path + ".new", with: "{", mode: 0o644)
        let again = try open()
        #expect(again.anchors == first.anchors)
        try await again.rotate()
        #expect(SmallFile.list(folder) == ["authority.json"])
        #expect(try FileFacts(path: path).mode == 0o600)
    }

    @Test("a file that others may read is not used")
    func readable() throws {
        _ = try open()
        let text = try SmallFile.read(path)
        SmallFile.remove(path)
        try SmallFile.replace(path, with: text, mode: 0o644)
        #expect(throws: AuthorityError.open(path)) { try open() }
    }

    @Test("without a clock there is no authority")
    func unsetClock() throws {
        #expect(throws: AuthorityError.self) { try open(["hub.example"], ManualClock(wall: WallTime(milliseconds: 0))) }
        #expect(!SmallFile.exists(path))
    }

    @Test("a clock that fell back keeps nobody out: the hub starts with what it has, and again when the clock is right")
    func clockFellBack() throws {
        let first = try open()
        let early = ManualClock(wall: clock.wall().advanced(byMilliseconds: -200 * 86_400_000))
        #expect(try open(["hub.example"], early).now.file.server.certificate == first.now.file.server.certificate)
        #expect(try open(["other.example"]).now.file.server.names == ["other.example"])
    }

    @Test("the server's certificate of a hub that was off too long is renewed at its start")
    func lateStart() throws {
        let first = try open()
        clock.advance(by: .seconds(400 * 86_400))
        let again = try open()
        #expect(again.anchors == first.anchors)
        #expect(again.now.file.server.notAfter > clock.wall())
    }

    @Test("changes at the same moment come one after the other")
    func concurrent() async throws {
        let authority = try open()
        let outcomes = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<4 { group.addTask { (try? await authority.rotate()) != nil } }
            return await group.reduce(into: [Bool]()) { $0.append($1) }
        }
        #expect(outcomes.count { $0 } == 1)
        #expect(try open().anchors == authority.anchors)
    }
}
