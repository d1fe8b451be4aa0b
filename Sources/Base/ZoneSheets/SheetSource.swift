import ZoneModel
import ZoneTime

/// Where the facts of a sheet come from. Agent and hub each fill in what they have; the gathering is the same, and what
/// nobody fills in stays unknown, with its reason.
package struct SheetSource: Sendable {
    package typealias Part<Value: Sendable & Hashable & Codable> =
        @Sendable (SheetPeriod) async throws -> Known<Value>

    package var zone: String
    package var head: SheetHead
    package var days: Part<[SheetDay]> = { _ in .unknown(SheetFacts.unwired) }
    package var devices: Part<[SheetDevice]> = { _ in .unknown(SheetFacts.unwired) }
    package var cases: Part<[SheetCase]> = { _ in .unknown(SheetFacts.unwired) }
    package var duties: Part<[SheetDuty]> = { _ in .unknown(SheetFacts.untold) }
    package var forms: Part<String> = { _ in .unknown(SheetFacts.untold) }
    package var fees: Part<String> = { _ in .unknown(SheetFacts.untold) }
    package var boxOpenings: Part<Int64> = { _ in .unknown(SheetFacts.unwired) }
    package var outages: Part<[SheetStretch]> = { _ in .unknown(SheetFacts.unwired) }
    /// What the zone's PCs have told in their journals. It comes before head, devices, duties, forms and fees of here.
    package var notes: @Sendable (SheetPeriod) async throws -> [NodeNotes] = { _ in [] }

    package init(zone: String, head: SheetHead) { (self.zone, self.head) = (zone, head) }

    /// - Parameter now: the day before is the last one that is over.
    package func facts(_ period: SheetPeriod, at now: WallTime) async throws -> SheetFacts {
        let told = SheetTold(try await notes(period), period)
        let head = told?.head(head, zone: zone) ?? head
        var facts = SheetFacts(zone: zone, period: period, asOf: CivilDate(of: now).previous, head: head)
        switch try await days(period) {
        case .value(let days):
            let told = days.filter { day in CivilDate(day.date).map(period.contains) ?? false }
            (facts.days, facts.daysReason) = (told.filter { $0.date <= facts.asOf }, nil)
        case .unknown(let reason): facts.daysReason = reason
        }
        facts.cases = try await cases(period)
        if let told {
            (facts.devices, facts.duties) = (.value(told.devices), told.duties)
            facts.demands = told.demands
            (facts.forms, facts.fees) = (told.forms, told.fees)
        } else {
            (facts.devices, facts.duties) = (try await devices(period), try await duties(period))
            (facts.forms, facts.fees) = (try await forms(period), try await fees(period))
        }
        facts.boxOpenings = try await boxOpenings(period)
        facts.outages = try await outages(period)
        return facts
    }
}

extension SheetDevice {
    /// A device as the list has it, with what the rules say of its kind.
    /// - Parameter rules: those that concern this type of zone.
    package init(
        id: String, kind: DeviceKind, identity: Identity, place: String?, health: Health, mode: Mode, watch: Watch,
        rules: [SheetRule], asset: String? = nil
    ) {
        let rule = rules.filter { $0.anyOf.contains(kind) }.min { $0.rank < $1.rank }
        let state =
            switch mode {
            case .service: SheetWords.health(health.rawValue)
            case .closed: "暂停开放"
            case .maintenance: "报备停用"
            case .disabled: "停用"
            }
        let missing = rules.isEmpty ? "无规定" : "规定未提及"
        self.init(
            id: id, kind: kind.rawValue, required: rule.map { .value($0.required) } ?? .unknown(missing),
            wanted: rule.map { .value(Int64($0.count)) } ?? .unknown(missing), model: identity.model,
            serial: identity.serial, asset: asset.map { .value($0) } ?? .unknown("未登记"), place: place, state: state,
            watch: watch.rawValue)
    }

    /// What a rule wants and nobody has: a line of its own for each.
    package static func lacking(_ rules: [SheetRule]) -> [SheetDevice] {
        rules.filter(\.isBroken).compactMap { rule in
            rule.anyOf.first.map {
                SheetDevice(
                    id: nil, kind: $0.rawValue, required: .value(rule.required), wanted: .value(Int64(rule.count)),
                    asset: .unknown("无此设备"), state: "缺配")
            }
        }
    }
}

/// A rule about equipment, as far as a sheet prints it.
package struct SheetRule: Sendable, Hashable {
    package var anyOf: [DeviceKind]
    package var count: Int
    /// `yes`, `no`, `unconfirmed`.
    package var required: String
    /// It is required, and it is not there.
    package var isBroken: Bool

    package init(anyOf: [DeviceKind], count: Int, required: String, isBroken: Bool) {
        (self.anyOf, self.count, self.required, self.isBroken) = (anyOf, count, required, isBroken)
    }

    /// The strictest first.
    fileprivate var rank: Int { ["yes", "unconfirmed", "no"].firstIndex(of: required) ?? 3 }
}
