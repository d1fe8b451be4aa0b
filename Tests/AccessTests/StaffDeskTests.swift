import Glibc
import Testing
import ZoneAccess
import ZoneLinux
import ZoneTestKit

@Suite("Staff sessions")
struct StaffDeskTests {
    /// Twelve digits: that they stand by chance in the hash's hex digits is out of the question.
    private static let pin = "730418205964"
    private static let wrong = "418205"

    private let root: TemporaryRoot
    private let clock = ManualClock()
    private let desk: StaffDesk

    init() throws {
        root = try TemporaryRoot()
        desk = StaffDesk(pinFile: root.path + "/staff.pin", clock: clock)
    }

    private var path: String { root.path + "/staff.pin" }

    /// The file of `pin` with the least cost that is taken (computed by Python's hashlib): guessing many times is quick.
    private func setCheaply() throws {
        let key = "a0e861d6ceb9c0871ba04525892e7d717d3400d32de63f0a0b13dbc61fdbf030"
        try SmallFile.replace(path, with: "scrypt:1024:1:1:000102030405060708090a0b0c0d0e0f:\(key)\n")
    }

    /// Why the PIN did not open a session; `nil` when it did.
    private func refusal(_ pin: String) async -> StaffRefusal? {
        do throws(StaffRefusal) {
            _ = try await desk.open(pin: pin)
            return nil
        } catch { return error }
    }

    @Test("while nobody has set a PIN no PIN opens, and trying costs nothing")
    func noPIN() async {
        for _ in 0..<7 { #expect(await refusal(Self.pin) == .noPIN) }
    }

    @Test(
        "a PIN that the first citizen would guess is refused",
        arguments: [
            "", "12345", "73041", "1234567890123", "111111", "000000000000", "123456", "987654", "3456789", "73041a",
            "７３０４１８", "730 418", "-730418", "730418\n",
        ])
    func weak(_ pin: String) async {
        await #expect(throws: WeakPIN.self) { try await desk.setPIN(pin) }
        #expect(!SmallFile.exists(path))
    }

    @Test("six to twelve other digits are a PIN", arguments: ["730418", "43210987", "730418205964"])
    func strong(_ pin: String) async throws {
        try await desk.setPIN(pin)
        #expect(await refusal(pin) == nil)
    }

    @Test("the right PIN opens a session with a token of its own; no other token is one")
    func opens() async throws {
        try await desk.setPIN(Self.pin)
        let sessions = [try await desk.open(pin: Self.pin), try await desk.open(pin: Self.pin)]
        #expect(sessions[0].token != sessions[1].token && sessions[0].token.utf8.count == 32)
        #expect(sessions[0].idle == .seconds(180) && sessions[0].total == .seconds(900))
        #expect(desk.isOpen(sessions[0].token) && desk.isOpen(sessions[1].token))
        for token in ["", Self.pin, String(sessions[0].token.dropLast())] { #expect(!desk.isOpen(token)) }
        desk.end(sessions[0].token)
        #expect(!desk.isOpen(sessions[0].token) && desk.isOpen(sessions[1].token))
    }

    @Test("five wrong ones lock for five minutes, the next five for ten; then the right one is refused too")
    func lock() async throws {
        try setCheaply()
        for left in [4, 3, 2, 1] { #expect(await refusal(Self.wrong) == .wrongPIN(attemptsLeft: left)) }
        #expect(await refusal(Self.wrong) == .locked(for: .seconds(300)))
        #expect(await refusal(Self.pin) == .locked(for: .seconds(300)))
        clock.advance(by: .seconds(299))
        #expect(await refusal(Self.pin) == .locked(for: .seconds(1)))
        clock.advance(by: .seconds(1))
        for left in [4, 3, 2, 1] { #expect(await refusal(Self.wrong) == .wrongPIN(attemptsLeft: left)) }
        #expect(await refusal(Self.wrong) == .locked(for: .seconds(600)))
        clock.advance(by: .seconds(600))
        #expect(await refusal(Self.pin) == nil)
        for left in [4, 3, 2, 1] { #expect(await refusal(Self.wrong) == .wrongPIN(attemptsLeft: left)) }
        #expect(await refusal(Self.wrong) == .locked(for: .seconds(300)), "the right one wiped the slate clean")
    }

    @Test("guesses that come at the same moment are counted one by one")
    func manyAtOnce() async throws {
        try setCheaply()
        let refusals = await withTaskGroup(of: StaffRefusal?.self) { group in
            for _ in 0..<9 { group.addTask { await refusal(Self.wrong) } }
            return await group.reduce(into: []) { $0.append($1) }
        }
        let wrong = refusals.filter { $0 != .locked(for: .seconds(300)) }
        #expect(Set(wrong) == Set([4, 3, 2, 1].map { .wrongPIN(attemptsLeft: $0) }) && wrong.count == 4)
        #expect(refusals.count == 9, "the others met the lock")
    }

    @Test("a session ends after three minutes without use and after fifteen in any case")
    func ends() async throws {
        try setCheaply()
        let (left, used) = (try await desk.open(pin: Self.pin).token, try await desk.open(pin: Self.pin).token)
        for _ in 0..<5 {
            clock.advance(by: .seconds(179))
            #expect(desk.isOpen(used))
        }
        #expect(!desk.isOpen(left))
        clock.advance(by: .seconds(4))
        #expect(desk.isOpen(used), "899 seconds")
        clock.advance(by: .seconds(1))
        #expect(!desk.isOpen(used), "900 seconds")
        let idle = try await desk.open(pin: Self.pin).token
        clock.advance(by: .seconds(180))
        #expect(!desk.isOpen(idle))
    }

    @Test("a new PIN ends the sessions of the old one, which opens nothing any more; a lock ends with it")
    func change() async throws {
        try await desk.setPIN(Self.pin)
        let token = try await desk.open(pin: Self.pin).token
        for _ in 0..<5 { _ = await refusal(Self.wrong) }
        try await desk.setPIN("264153")
        #expect(!desk.isOpen(token))
        #expect(await refusal(Self.pin) == .wrongPIN(attemptsLeft: 4))
        #expect(await refusal("264153") == nil)
        await #expect(throws: WeakPIN.self) { try await desk.setPIN("1") }
        #expect(await refusal("264153") == nil, "one that was refused changes nothing")
    }

    @Test("the file is the agent's only, and shows nothing of the PIN")
    func file() async throws {
        try await desk.setPIN(Self.pin)
        var info = stat()
        #expect(stat(path, &info) == 0 && info.st_mode & 0o7777 == 0o600)
        let text = try SmallFile.read(path)
        #expect(text.hasPrefix("scrypt:16384:8:1:") && !text.contains(Self.pin))
        try await desk.setPIN(Self.pin)
        #expect(try SmallFile.read(path) != text, "each hash has a salt of its own")
        #expect(SmallFile.list(root.path) == ["staff.pin"], "nothing is left beside it")
        let later = StaffDesk(pinFile: path, clock: clock)
        #expect(try await later.open(pin: Self.pin).token.isEmpty == false, "it outlives the agent")
    }

    /// RFC 7914, section 12: "pleaseletmein" with "SodiumChloride"; 32 bytes are the first half of the 64 shown there.
    private static let salt = "536f6469756d43686c6f72696465"
    private static let key = "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2"

    @Test("the hash is scrypt as the RFC has it")
    func rfc() async throws {
        try SmallFile.replace(path, with: "scrypt:16384:8:1:\(Self.salt):\(Self.key)\n")
        #expect(await refusal("pleaseletmein") == nil)
        #expect(await refusal("pleaseletmeout") == .wrongPIN(attemptsLeft: 4))
    }

    @Test(
        "a file that is damaged, or asks for more memory and time than a PIN is worth, is no PIN",
        arguments: [
            "", "\n", "730418205964", "\u{0}\u{FFFD}", "scrypt", "scrypt:16384:8:1:\(salt)", "scrypt:16384:8:1::\(key)",
            "bcrypt:16384:8:1:\(salt):\(key)", "scrypt:16384:8:1:\(salt):", "scrypt:16384:8:1:\(salt):\(key)0",
            "scrypt:16384:8:1:xyz!:\(key)", "scrypt:-16384:8:1:\(salt):\(key)",
            "scrypt:16384:8:1:\(salt):\(key)" + String(repeating: "\n", count: 600),
            // RFC 7914's own vectors with 2^20 rounds (1 GiB), with 16 lanes, and with 16 rounds; then no power of two.
            "scrypt:1048576:8:1:\(salt):2101cb9b6a511aaeaddbbe09cf70f881ec568d574a2ffd4dabe5ee9820adaa47",
            "scrypt:1024:8:16:4e61436c:fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162",
            "scrypt:16:1:1:00:77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442",
            "scrypt:16385:8:1:\(salt):\(key)", "scrypt:16384:17:1:\(salt):\(key)", "scrypt:16384:0:1:\(salt):\(key)",
            "scrypt:9223372036854775808:8:1:\(salt):\(key)",
        ])
    func damaged(_ text: String) async throws {
        try SmallFile.replace(path, with: text)
        for pin in ["pleaseletmein", "password", ""] { #expect(await refusal(pin) == .noPIN) }
    }
}
