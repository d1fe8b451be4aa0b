import ZoneCases
import ZoneConfig
import ZoneDays
import ZoneJournal
import ZoneModel
import ZoneSheets
import ZoneTime
import ZoneWire

/// What this agent knows for a sheet. Days and cases come from their own parts of the agent; the rest it tells first, and
/// reads what it has told, as the hub does.
struct AgentSheetSource: Sendable {
    let store: ConfigurationStore
    let station: Station
    let rules: PolicyRules
    let forms: FormsDesk
    let journal: Journal
    let duties: DutyDesk

    /// - Parameter tell: tells what has changed since it was told last.
    func source(_ tell: @escaping @Sendable () async -> Void) -> SheetSource {
        let config = store.config
        var source = SheetSource(zone: config.zone.text, head: head)
        source.days = days
        source.cases = cases
        source.boxOpenings = { try await days($0).boxOpenings }
        // Whether the hub was there, the hub knows.
        source.outages = { _ in .unknown("由区级平台统计") }
        source.devices = { _ in .value(devices()) }
        source.notes = { [journal] period in
            await tell()
            return [
                try await NodeNotes(node: config.node.text, period) { name, first, last, pick in
                    try await journal.sheetNotes(name, from: first, to: last, pick)
                }
            ]
        }
        return source
    }

    private var head: SheetHead {
        let config = store.config
        func written(_ text: String?) -> Known<String> { text.map { .value($0) } ?? .unknown("未登记") }
        return SheetHead(
            name: config.name, type: config.type.rawValue, unit: written(config.sheet.unit),
            superior: written(config.sheet.superior), recipient: written(config.sheet.recipient),
            person: config.sheet.person, isDemo: config.purpose == .demo)
    }

    /// How things are now, as a row of the journal says it.
    func description(on date: CivilDate, duties: Known<[SheetDutyName]>) async -> ZoneDescription {
        ZoneDescription(
            date, head: head, devices: devices(), demands: await demands(), forms: formsText(),
            fees: .value(store.config.fees.json.text),
            duties: duties)
    }

    private func days(_ period: SheetPeriod) async throws -> Known<[SheetDay]> {
        let records = try await journal.dayRecords(from: period.first, to: period.last)
        // As the hub does: a record that does not say what it said is none, and its date is missing.
        let days = try SheetDay.all(of: records.filter(\.isIntact))
        return days.isEmpty ? .unknown(SheetFacts.noDays) : .value(days)
    }

    private func cases(_ period: SheetPeriod) async throws -> Known<[SheetCase]> {
        let lines = try await journal.caseEntries(livelySince: period.first.start)
        let entries = lines.compactMap { try? WireCoding.decode(CaseEntry.self, Array($0.utf8)) }
        let files = Dictionary(grouping: entries, by: \.caseID).map { Case(id: $0.key, $0.value) }
        return .value(SheetCase.all(of: files, in: period))
    }

    private func demands() async -> Known<[SheetDemand]> {
        SheetDemand.all(of: await duties.policy(rules.view, for: store.config, station.board))
    }

    private func devices() -> [SheetDevice] {
        let rules = rules.view.json(for: store.config, station.board).rules.map { rule in
            SheetRule(anyOf: rule.anyOf, count: rule.count, required: rule.required, isBroken: rule.met == "no")
        }
        // A demo zone counts its simulated devices, a real one does not.
        let states = station.board.states.filter { !$0.simulated || store.config.purpose == .demo }
        return states.map { state -> SheetDevice in
            // That the hall is closed at night is nothing of the device's.
            let mode = state.holds.filter { $0.setter != Hold.setByHours }.effectiveMode
            return SheetDevice(
                id: state.card.id.text, kind: state.card.kind, identity: state.identity, place: state.card.place,
                health: state.health, mode: mode, watch: state.card.watch, rules: rules,
                asset: store.config.sheet.assets[state.card.id])
        } + SheetDevice.lacking(rules)
    }

    private func formsText() -> Known<String> {
        let list = forms.list()
        guard list.complaint == nil else { return .unknown("表格清单有误") }
        guard list.checkedAt != nil else { return .unknown("尚未检查") }
        if list.forms.isEmpty { return .unknown("未登记表格") }
        let lacking = list.forms.filter { $0.required && $0.state != "there" }
        let names = lacking.prefix(3).map(\.title).joined(separator: "、")
        return .value(
            lacking.isEmpty
                ? "电子表格\(list.forms.count)种齐全，可随时补打" : "电子表格缺\(lacking.count)种：\(names)\(lacking.count > 3 ? "等" : "")")
    }

    /// What citizens may read of a device; `nil` while it can be used.
    func notice(_ device: DeviceID) -> String? {
        guard let state = station.board.state(of: device), !state.serviceable else { return nil }
        return state.citizenText
    }

    /// Headline and next step of what is open, with its device.
    func openConditions() -> [String] {
        station.board.states.flatMap { state in
            state.conditions.sorted { $0.severity < $1.severity }.map { condition in
                let texts = condition.code.texts
                return
                    "\(SheetWords.kind(state.card.kind.rawValue))（\(state.card.id)）：\(texts.headline)；\(texts.nextStep)"
            }
        }
    }
}
