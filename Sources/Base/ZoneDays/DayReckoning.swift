import ZoneModel
import ZoneTime

/// A date, the hours that were published for it, and what becomes of them.
package struct DayReckoning: Sendable {
    package let date: CivilDate
    package let published: [Range<WallTime>]
    /// Whether simulated devices count: in a demo zone only.
    package let countsSimulated: Bool

    package init(_ date: CivilDate, published: [Range<WallTime>], countsSimulated: Bool) {
        (self.date, self.published, self.countsSimulated) = (date, published, countsSimulated)
    }

    /// In whole seconds.
    private var intervals: [Range<Int64>] {
        published.map { $0.lowerBound.milliseconds.seconds..<$0.upperBound.milliseconds.seconds }
    }

    private var span: Range<Int64> {
        guard let first = intervals.first, let last = intervals.last else {
            return date.start.milliseconds.seconds..<date.next.start.milliseconds.seconds
        }
        return first.lowerBound..<max(first.lowerBound, last.upperBound)
    }

    /// The zone's date from all of its nodes.
    package func totals(_ nodes: [NodeHistory], counts: [String: Int64], through: Int64) -> DayTotals {
        var members: [ServiceGroup: [Track]] = [:]
        var devices: [DayTotals.DeviceDay] = []
        var counted: [String: Int64] = ["healed": 0]
        for node in nodes.sorted(by: { $0.node < $1.node }) {
            let listed = node.listed(in: span)
            let hasPanel = listed.contains { $0.device.kind == .touchPanel }
            for (id, device) in listed {
                devices.append(
                    .init(
                        id: id, kind: device.kind?.rawValue ?? "unknown",
                        buckets: device.track.buckets(in: intervals), node: node.node))
                guard let kind = device.kind, countsSimulated || !device.isSimulated else { continue }
                if !device.isByPerson { for name in kind.counted { counted[name] = 0 } }
                guard let group = ServiceGroup(kind, nodeHasPanel: hasPanel) else { continue }
                members[group, default: []].append(device.track)
            }
        }
        func verdict(_ group: ServiceGroup) -> DayBuckets {
            Track.combine(members[group] ?? [], Lot.verdict).buckets(in: intervals)
        }
        return DayTotals(
            date: "\(date)", published: intervals.reduce(0) { $0 + Int64($1.count) },
            groups: .init(network: verdict(.network), query: verdict(.query), print: verdict(.print)),
            devices: devices, counts: counted.merging(counts) { $1 }, through: through)
    }
}

extension DeviceKind {
    /// What is counted where such a device is on the list: if it never happened, it happened 0 times.
    fileprivate var counted: [String] {
        switch self {
        case .touchPanel: ["touchSessions"]
        case .printer, .copier: ["pagesProven", "pagesUnproven"]
        case .suggestionBox: ["deposits", "boxOpenings"]
        case .network, .queryPC, .display, .ledDisplay: []
        }
    }
}
