// Purpose: what became of the published hours of a day: four buckets that always sum to them, per device, per group
// and per zone, as a pure function of the journal's rows and the hours in force.

/// Seconds of published hours, shared out. Their sum is what was published.
package struct DayBuckets: Sendable, Hashable, Codable {
    package var up: Int64
    /// Out of use within the hours, `notOpened` among them.
    package var down: Int64
    /// 未启用: of `down`, what a PC that is proven to have been off did not serve.
    package var notOpened: Int64
    /// 报备停用: approved beforehand.
    package var maintenance: Int64
    package var unknown: Int64

    package init(up: Int64 = 0, down: Int64 = 0, notOpened: Int64 = 0, maintenance: Int64 = 0, unknown: Int64 = 0) {
        (self.up, self.down, self.notOpened) = (up, down, notOpened)
        (self.maintenance, self.unknown) = (maintenance, unknown)
    }

    package var published: Int64 { up + down + maintenance + unknown }

    /// 数据不足: more than 5 % of the time nobody can say.
    package var isInsufficient: Bool { unknown * 20 > published }

    package static func + (left: DayBuckets, right: DayBuckets) -> DayBuckets {
        DayBuckets(
            up: left.up + right.up, down: left.down + right.down, notOpened: left.notOpened + right.notOpened,
            maintenance: left.maintenance + right.maintenance, unknown: left.unknown + right.unknown)
    }
}

/// One date of one zone.
package struct DayTotals: Sendable, Hashable, Codable {
    /// The verdict of the rule: each group is up while one of its devices can be used.
    package struct Groups: Sendable, Hashable, Codable {
        package var network: DayBuckets
        package var query: DayBuckets
        package var print: DayBuckets

        package init(network: DayBuckets, query: DayBuckets, print: DayBuckets) {
            (self.network, self.query, self.print) = (network, query, print)
        }
    }

    package struct DeviceDay: Sendable, Hashable, Codable {
        package var id: String
        package var kind: String
        package var buckets: DayBuckets
        /// The PC that looks after it; `nil` where nobody said.
        package var node: String?

        package init(id: String, kind: String, buckets: DayBuckets, node: String? = nil) {
            (self.id, self.kind, self.buckets, self.node) = (id, kind, buckets, node)
        }
    }

    /// `2026-03-05`, the zone's date on which the hours began.
    package var date: String
    /// Seconds.
    package var published: Int64
    package var groups: Groups
    /// In the order of their nodes and ids.
    package var devices: [DeviceDay]
    /// By name, such as `touchSessions`, `pagesProven`, `pagesUnproven`, `healed`.
    package var counts: [String: Int64]
    /// The last row of the journal that is in it; of several PCs the highest.
    package var through: Int64

    package init(
        date: String, published: Int64, groups: Groups, devices: [DeviceDay], counts: [String: Int64], through: Int64
    ) {
        (self.date, self.published, self.groups) = (date, published, groups)
        (self.devices, self.counts, self.through) = (devices, counts, through)
    }
}
