import Testing
import ZoneIdentity
import ZoneLinux
import ZoneModel
import ZoneTestKit
import ZoneUplink
import ZoneWire

@Suite("The identity's files survive what disks do", .timeLimit(.minutes(5)))
struct IdentityFilesTests {
    private static let names = [
        "key.pem", "certificate.pem", "anchors.pem", "hub", "next-key.pem", "next-certificate.pem", "pending.json",
        "last-known-time",
    ]

    private struct Folder {
        let agent: IdentityTestAgent
        let old: AgentIdentity
        let new: AgentIdentity

        /// With everything that can be there.
        init() throws {
            let office = try IdentityTestOffice()
            agent = try IdentityTestAgent()
            (old, new) = (try office.identity(for: nil, daysAgo: 60), try office.identity(for: nil))
            try agent.files.adopt(old)
            try agent.files.stage(new, beside: old)
            try agent.files.save(
                PendingEnrolment(
                    token: "za1.x", key: IdentityKey().pem, anchor: office.authority.certificatePEM,
                    fingerprint: "K7QM-2X4P-9TRC", hub: "hub.example:8443", since: WallTime(milliseconds: 0)))
            try agent.files.save(lastKnownTime: WallTime(milliseconds: 1_790_000_000_000))
        }

        func path(_ name: String) -> String { agent.files.directory + "/" + name }
        func write(_ name: String, _ text: String) throws { try SmallFile.replace(path(name), with: text) }
    }

    @Test("nobody else reads the folder, and nobody at all the keys")
    func modes() throws {
        let folder = try Folder()
        #expect(try FileFacts(path: folder.agent.files.directory).mode == 0o700)
        for name in ["key.pem", "next-key.pem", "pending.json"] {
            #expect(try FileFacts(path: folder.path(name)).mode == 0o600)
        }
        #expect(SmallFile.list(folder.agent.files.directory) == Self.names.sorted())
    }

    @Test("a whole folder is read as it was written")
    func roundTrip() throws {
        let folder = try Folder()
        let stored = folder.agent.files.load()
        #expect(stored.complaints.isEmpty && !stored.isHalfPromoted)
        #expect(stored.current?.certificate == folder.old.certificate && stored.current?.hub == folder.old.hub)
        #expect(stored.current?.key.fingerprint == folder.old.key.fingerprint)
        #expect(stored.next?.certificate == folder.new.certificate)
        #expect(stored.pending?.hub == "hub.example:8443")
        #expect(stored.lastKnownTime == WallTime(milliseconds: 1_790_000_000_000))
    }

    @Test("a file cut at any length is complained of or not missed, and never mixes two identities", arguments: names)
    func cutAnywhere(_ name: String) throws {
        let folder = try Folder()
        let whole = try SmallFile.readBytes(folder.path(name))
        for length in 0..<whole.count {
            try folder.write(name, String(decoding: whole.prefix(length), as: UTF8.self))
            let stored = folder.agent.files.load()
            for identity in [stored.current, stored.next].compactMap({ $0 }) {
                #expect(identity.key.fingerprint == identity.certificate.fingerprint, "\(name) cut at \(length)")
            }
            let isWhole =
                stored.current?.certificate == folder.old.certificate
                && stored.next?.certificate == folder.new.certificate && stored.pending != nil
            #expect(isWhole || !stored.complaints.isEmpty, "\(name) cut at \(length) went unnoticed")
        }
    }

    @Test("bytes that rot are complained of in both languages, and nothing crashes", arguments: Seeds.first(8))
    func rot(_ seed: UInt64) throws {
        let folder = try Folder()
        var random = SeededGenerator(seed: seed)
        for _ in 0..<60 {
            let name = Self.names.randomElement(using: &random) ?? "hub"
            let whole = try SmallFile.read(folder.path(name))
            var bytes = Array(whole.utf8)
            for _ in 0..<Int.random(in: 1...4, using: &random) where !bytes.isEmpty {
                bytes[Int.random(in: bytes.indices, using: &random)] = .random(in: .min ... .max, using: &random)
            }
            try folder.write(name, String(decoding: bytes, as: UTF8.self))
            for complaint in folder.agent.files.load().complaints {
                #expect(!complaint.zh.isEmpty && !complaint.en.isEmpty && complaint.description.count < 600)
            }
            try folder.write(name, whole)
        }
        #expect(folder.agent.files.load().complaints.isEmpty)
    }

    /// What is on the disk when the power goes after so many of the steps of `promote`.
    @Test("a switch to the new key that was cut off is finished at the next start", arguments: 0...5)
    func cutPromotion(_ steps: Int) throws {
        let folder = try Folder()
        let moves: [() throws -> Void] = [
            { try folder.write("key.pem", folder.new.key.pem) },
            { try folder.write("certificate.pem", folder.new.certificate.pem) },
            { SmallFile.remove(folder.path("next-certificate.pem")) },
            { SmallFile.remove(folder.path("next-key.pem")) },
            {},
        ]
        for move in moves.prefix(steps) { try move() }
        let view = folder.agent.keeper().view
        let wanted = steps == 0 ? folder.old : folder.new
        #expect(view.current?.certificate == wanted.certificate && view.notice == nil)
        #expect((view.next?.certificate == folder.new.certificate) == (steps == 0))
        #expect(folder.agent.keeper().view.current?.certificate == wanted.certificate)
    }

    @Test("an agent with unusable files says so, is nobody, and can be enrolled anew")
    func damaged() throws {
        let folder = try Folder()
        folder.agent.files.forgetPending()
        folder.agent.files.dropNext()
        try folder.write("certificate.pem", "")
        let keeper = folder.agent.keeper()
        let state = folder.agent.desk(keeper).state
        #expect(state.state == .damaged && state.notice?.en.contains("certificate.pem") == true)
        try folder.agent.files.adopt(folder.new)
        #expect(folder.agent.desk(folder.agent.keeper()).state.state == .enrolled)
    }

    @Test("a clock that nobody set does not go behind what was known; a set one is believed")
    func time() async throws {
        let folder = try Folder()
        let (empty, known) = (WallTime(milliseconds: 0), WallTime(milliseconds: 1_990_000_000_000))
        try folder.agent.files.save(lastKnownTime: known)
        let behind = folder.agent.keeper(clock: UnsetClock(time: empty))
        #expect(behind.now() == known && behind.isClockBehind)
        await behind.noteTime()
        #expect(folder.agent.files.load().lastKnownTime == known, "an unset clock is not written down")
        let set = folder.agent.keeper()
        #expect(set.now() == folder.agent.clock.wall() && !set.isClockBehind)
        await set.noteTime()
        #expect(folder.agent.files.load().lastKnownTime == folder.agent.clock.wall())
    }
}
