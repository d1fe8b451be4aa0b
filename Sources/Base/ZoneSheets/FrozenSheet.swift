import ZoneDays
import ZoneModel
import ZoneWire

/// An issued sheet as it lies in its file: canonical JSON, from which every picture can be drawn again.
package struct FrozenSheet: Sendable, Hashable, Codable {
    package static let version = 1
    /// A year of a large zone is below 1 MiB.
    package static let mostBytes = 4 << 20

    package var v: Int
    /// Absent in a draft.
    package var issue: SheetIssue?
    /// The hash of the revision that this one replaces.
    package var replaces: String?
    package var seal: SheetSeal
    package var facts: SheetFacts
    /// What follows from the facts, for programs that only read it.
    package var groups: [GroupJSON]

    package struct GroupJSON: Sendable, Hashable, Codable {
        package var group: SheetGroup
        /// Seconds.
        package var published: Int64
        package var up: Int64
        package var down: Int64
        package var notOpened: Int64
        package var maintenance: Int64
        package var unknown: Int64
        /// Ten thousandths.
        package var rate: Known<Int64>
        package var verdict: String

        init(_ line: SheetGroupLine) {
            let buckets = line.buckets
            (group, published, up, down) = (line.group, buckets.published, buckets.up, buckets.down)
            (notOpened, maintenance, unknown) = (buckets.notOpened, buckets.maintenance, buckets.unknown)
            (rate, verdict) = (line.rate.map(\.tenThousandths), line.verdict.text)
        }
    }

    package init(_ sheet: Sheet, replaces: String? = nil) {
        (v, issue, self.replaces) = (FrozenSheet.version, sheet.issue, replaces)
        (seal, facts) = (sheet.seal, sheet.facts)
        groups = sheet.groups.map(GroupJSON.init)
    }

    /// - Throws: `DecodingError`; `WireCoding.explain` says what was wrong.
    package init(bytes: [UInt8]) throws { self = try WireCoding.decode(FrozenSheet.self, bytes) }

    package func sheet() throws -> Sheet { try Sheet(facts, issue: issue) }

    package func bytes() throws -> [UInt8] { try WireCoding.encode(self) + [UInt8(ascii: "\n")] }
}

/// One line of `GET /v1/reports`, and the answer to an issue.
package struct IssuedReport: Sendable, Hashable, Codable {
    package var period: SheetPeriod
    package var revision: Int
    package var issuedAt: WallTime
    package var sha256: String
    /// The last row of the journal that is in it.
    package var through: Int64
    /// Whether this request made it; `false`: nothing had changed since this revision.
    package var isNew: Bool?
    /// Known from the journal only: its file is not here any more.
    package var isLost: Bool?

    package init(period: SheetPeriod, revision: Int, issuedAt: WallTime, sha256: String, through: Int64) {
        (self.period, self.revision, self.issuedAt) = (period, revision, issuedAt)
        (self.sha256, self.through) = (sha256, through)
    }

    package init?(_ frozen: FrozenSheet) {
        guard let issue = frozen.issue else { return nil }
        (period, revision, issuedAt) = (frozen.facts.period, issue.revision, issue.issuedAt)
        (sha256, through) = (frozen.seal.sha256, frozen.facts.through)
    }
}
