import ZoneHubCore
import ZoneHubStore
import ZoneModel
import ZoneSheets
import ZoneTime
import ZoneWire

/// Sheets at the hub, from the same core as the agent's: one zone, or a district's list.
package struct HubReports: Sendable {
    package typealias Part<Value: Sendable & Hashable & Codable> =
        @Sendable (ZoneID, SheetPeriod) async throws -> Known<Value>

    /// What other parts of the hub deliver; what none delivers is unknown, with its reason.
    package struct Sources: Sendable {
        package var days: Part<[SheetDay]> = { _, _ in .unknown(SheetFacts.unwired) }
        package var cases: Part<[SheetCase]> = { _, _ in .unknown(SheetFacts.unwired) }
        package var outages: Part<[SheetStretch]> = { _, _ in .unknown(SheetFacts.unwired) }
        /// What each PC of the zone has told for sheets.
        package var notes: @Sendable (ZoneID, SheetPeriod) async throws -> [NodeNotes] = { _, _ in [] }

        package init() {}
    }

    private let store: HubStore
    private let wall: Wall
    private let sources: Sources
    private let district: String
    private let clock: any ZoneClock

    /// - Parameter district: its name, above the overviews.
    package init(
        store: HubStore, wall: Wall, sources: Sources = Sources(), district: String = "", clock: any ZoneClock
    ) {
        (self.store, self.wall, self.sources, self.district, self.clock) = (store, wall, sources, district, clock)
    }

    var today: CivilDate { CivilDate(of: clock.wall()) }

    func zones() async -> [ZoneJSON] { await wall.zones() }

    /// - Returns: `nil` for a zone that is neither heard nor on the roster.
    package func sheet(of zone: ZoneID, _ period: SheetPeriod) async throws -> FrozenSheet? {
        guard let picture = await wall.zone(zone) else { return nil }
        let entry = try await store.currentRoster().first { $0.zone == zone }
        let facts = try await source(picture, entry).facts(period, at: clock.wall())
        return FrozenSheet(try Sheet(facts))
    }

    private func source(_ picture: ZoneJSON, _ entry: RosterEntry?) -> SheetSource {
        let head = SheetHead(
            name: entry?.name ?? picture.name, type: entry?.type ?? picture.type, superior: entry.superior,
            isDemo: picture.purpose == "demo")
        var source = SheetSource(zone: picture.zone.text, head: head)
        let (zone, isDemo) = (picture.zone, head.isDemo)
        source.days = { try await sources.days(zone, $0) }
        source.cases = { try await sources.cases(zone, $0) }
        source.notes = { period in
            let told = try await sources.notes(zone, period).filter { $0.description != nil }
            if told.isEmpty { return [] }
            // A PC with an older program beside others: at least its devices are on the list.
            let others = try await store.states(of: zone).filter { node, _ in !told.contains { $0.node == node.text } }
            return told + others.map { HubReports.notes(of: $0.node, $0.state, head, period, isDemo: isDemo) }
        }
        source.outages = { try await sources.outages(zone, $0) }
        source.boxOpenings = { try await sources.days(zone, $0).boxOpenings }
        source.devices = { _ in
            let states = try await store.states(of: zone)
            if states.isEmpty { return .unknown("未收到设备清单") }
            let lists = states.map { (node: $0.node.text, devices: HubReports.devices($0.state, isDemo: isDemo)) }
            return .value(SheetDevice.merged(lists))
        }
        return source
    }

    private static func notes(
        of node: NodeID, _ state: ZoneStateJSON, _ head: SheetHead, _ period: SheetPeriod, isDemo: Bool
    ) -> NodeNotes {
        let untold = Known<String>.unknown(SheetFacts.untold)
        return NodeNotes(
            node: node.text,
            description: ZoneDescription(
                period.last, head: head, devices: HubReports.devices(state, isDemo: isDemo), forms: untold,
                fees: untold, duties: .unknown(SheetFacts.untold)), counts: [])
    }

    /// The list as the last heartbeat had it, for a PC that has told no other.
    private static func devices(_ state: ZoneStateJSON, isDemo: Bool) -> [SheetDevice] {
        state.devices.filter { isDemo || !$0.simulated }.map { device in
            SheetDevice(
                id: device.id.text, kind: device.kind, identity: device.identity, place: device.place,
                health: device.health, mode: device.mode, watch: device.watch, rules: [])
        }
    }

    /// All zones that the roster lists; without a roster all that were heard. Demo zones are no part of a district.
    func district(_ period: SheetPeriod) async throws -> DistrictSheet {
        let (roster, pictures) = (try await store.currentRoster(), await wall.zones())
        let entries = Dictionary(roster.map { ($0.zone, $0) }) { first, _ in first }
        let onList = pictures.filter { $0.onRoster ?? true }
        let real = onList.filter { $0.purpose != "demo" }
        var rows: [DistrictRow] = []
        for picture in real.isEmpty ? onList : real {
            rows.append(try await row(picture, entries[picture.zone], period))
        }
        return DistrictSheet(district: district, period: period, asOf: today.previous, rows: rows)
    }

    private func row(
        _ picture: ZoneJSON, _ entry: RosterEntry?, _ period: SheetPeriod
    ) async throws -> DistrictRow {
        var row = DistrictRow(
            zone: picture.zone.text, name: entry?.name ?? picture.name, type: entry?.type ?? picture.type,
            superior: entry.superior)
        if entry?.isRetired == true {
            row.apart = .retired
        } else if entry?.hasAgent == false {
            row.apart = .byHand
        }
        switch try await sources.days(picture.zone, period) {
        case .value(let days): (row.days, row.daysReason) = (days, nil)
        case .unknown(let reason): row.daysReason = reason
        }
        let cases = try await sources.cases(picture.zone, period)
        row.faults = cases.map { cases in Int64(cases.count { $0.isFound(in: period) }) }
        row.open = cases.map { cases in Int64(cases.count(where: \.isOpen)) }
        return row
    }
}

extension RosterEntry? {
    fileprivate var superior: Known<String> { self?.unit.map { .value($0) } ?? .unknown("未登记") }
}
