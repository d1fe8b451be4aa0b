import Testing
import ZoneCases
import ZoneCommandLine
import ZoneControlClient
import ZoneModel
import ZoneTime

@Suite("What a technician calls a case")
struct CaseNameTests {
    private static let now = WallTime(milliseconds: 1_795_226_400_000)

    private func file(_ id: String, number: String? = nil) throws -> CaseJSON {
        let id = try #require(ULID(id))
        var line = CaseEntry(id: .make(at: Self.now), of: id, .numbered, role: .system, at: Self.now, origin: .hub)
        line.number = number
        return CaseJSON(Case(id: id, [line]), at: Self.now, in: WeeklyHours.officeDays)
    }

    @Test("by its last characters or its number; too few are nobody's name, and the refusal is to be read")
    func names() throws {
        let files = [
            try file("01KAG2Q0000000000000AAAAAA", number: "〔2026〕第0012号"), try file("01KAG2Q0000000000000BBAAAA"),
        ]
        #expect(try CaseName.find("aaaaaa", among: files) == files[0].id)
        #expect(try CaseName.find("〔2026〕第0012号", among: files) == files[0].id)
        #expect(try CaseName.find("BBAAAA", among: files) == files[1].id)
        for (name, words) in [("", "太短"), ("AAA", "too short"), ("AAAA", "对应 2 件"), ("zzzzzz", "0 cases are called")] {
            let error = #expect(throws: SocketClientError.self) { try CaseName.find(name, among: files) }
            #expect(error?.description.contains(words) == true, "\(name)")
        }
        #expect(throws: SocketClientError.self) { try CaseName.find("", among: [files[0]]) }
    }
}
