import ZoneModel
import ZoneTime

/// What the PCs of a zone have told, as facts of its sheet. A pure function of their rows: agent and hub get the same.
struct SheetTold {
    private struct Node {
        var node: String
        var description: ZoneDescription
        var counts: [DutyCounts]
    }

    private let nodes: [Node]
    private let period: SheetPeriod

    /// `nil` where nobody has told anything.
    init?(_ notes: [NodeNotes], _ period: SheetPeriod) {
        self.period = period
        let all = notes.sorted { $0.node < $1.node }.compactMap { one in
            one.description.map { Node(node: one.node, description: $0, counts: one.counts) }
        }
        // A PC that came later is no part of a period of which others have told.
        let end = NodeNotes.end(of: period).description
        let within = all.filter { $0.description.date <= end }
        nodes = within.isEmpty ? all : within
        if nodes.isEmpty { return nil }
    }

    /// Where several say something, the first one that knows.
    /// - Parameter other: what is known besides; it counts where nobody says anything.
    func head(_ other: SheetHead, zone: String) -> SheetHead {
        let heads = nodes.map(\.description.head)
        func known(_ parts: [Known<String>], _ other: Known<String>) -> Known<String> {
            parts.first { $0.value != nil } ?? other
        }
        var head = other
        // Who was given no name is called by the id.
        head.name = heads.map(\.name).first { $0 != zone } ?? other.name
        head.type = heads.first?.type ?? other.type
        head.unit = known(heads.map(\.unit), other.unit)
        head.superior = known(heads.map(\.superior), other.superior)
        head.recipient = known(heads.map(\.recipient), other.recipient)
        head.person = heads.compactMap(\.person).first ?? other.person
        head.isDemo = heads.contains(where: \.isDemo)
        return head
    }

    var devices: [SheetDevice] { SheetDevice.merged(nodes.map { ($0.node, $0.description.devices) }) }

    /// `nil` where only programs of before have told anything.
    var demands: Known<[SheetDemand]>? {
        let told = nodes.compactMap(\.description.demands)
        return told.isEmpty ? nil : SheetDemand.merged(told)
    }

    var forms: Known<String> { text { $0.forms } }
    var fees: Known<String> { text { $0.fees } }

    private func text(_ part: (ZoneDescription) -> Known<String>) -> Known<String> {
        let known = nodes.compactMap { one in part(one.description).value.map { (node: one.node, text: $0) } }
        guard let first = known.first else {
            return nodes.first.map { part($0.description) } ?? .unknown(SheetFacts.untold)
        }
        let isSame = known.allSatisfy { $0.text == first.text }
        return .value(isSame ? first.text : known.map { "\($0.node)：\($0.text)" }.joined(separator: "；"))
    }

    /// What was done at one PC was done; so of each date the PC counts where most was.
    var duties: Known<[SheetDuty]> {
        var sums: [String: DutyCounts.One] = [:]
        var names: [String] = []
        for one in best {
            let sum = sums[one.id] ?? DutyCounts.One(id: one.id, name: one.name, due: 0, done: 0, late: 0)
            if sums[one.id] == nil { names.append(one.id) }
            sums[one.id] = DutyCounts.One(
                id: one.id, name: one.name, due: sum.due + one.due, done: sum.done + one.done, late: sum.late + one.late
            )
        }
        let listed = nodes.compactMap(\.description.duties.value).flatMap(\.self)
            .filter { $0.since <= period.last.description }
        var lines: [SheetDuty] = []
        var seen: Set<String> = []
        for duty in listed where seen.insert(duty.id).inserted {
            lines.append(SheetTold.line(duty.name, sums[duty.id]))
        }
        // What the rules asked for in the period, and do not any more.
        for id in names.sorted() where seen.insert(id).inserted {
            lines.append(SheetTold.line(sums[id]?.name ?? id, sums[id]))
        }
        guard lines.isEmpty else { return .value(lines) }
        for node in nodes { if case .unknown(let reason) = node.description.duties { return .unknown(reason) } }
        return .unknown("本期没有日常工作")
    }

    /// Of each date and duty, by date.
    private var best: [DutyCounts.One] {
        var found: [String: [String: DutyCounts.One]] = [:]
        for counts in nodes.flatMap(\.counts) {
            for one in counts.duties where one.isPossible {
                let other = found[counts.date]?[one.id]
                let isBetter = other.map { ($0.done, $0.due, -$0.late) < (one.done, one.due, -one.late) } ?? true
                if isBetter { found[counts.date, default: [:]][one.id] = one }
            }
        }
        return found.sorted { $0.key < $1.key }.flatMap { $0.value.sorted { $0.key < $1.key }.map(\.value) }
    }

    private static func line(_ name: String, _ sum: DutyCounts.One?) -> SheetDuty {
        let late = sum?.late ?? 0
        return SheetDuty(
            name: name, due: sum?.due ?? 0, done: sum?.done ?? 0, note: late > 0 ? "其中补登\(late)次" : nil)
    }
}

extension SheetDevice {
    /// Of several PCs: a printer or copier that two see is one device; what a rule wants and one PC lacks may stand at
    /// another.
    package static func merged(_ nodes: [(node: String, devices: [SheetDevice])]) -> [SheetDevice] {
        var seen: Set<String> = []
        let there = nodes.flatMap { node, devices in
            devices.filter { $0.id != nil }.compactMap { device -> SheetDevice? in
                if let serial = device.serial, device.isShared {
                    guard seen.insert("\(device.kind) \(serial)").inserted else { return nil }
                }
                guard nodes.count > 1 else { return device }
                var device = device
                device.id = device.id.map { "\(node)/\($0)" }
                return device
            }
        }
        var lacking: [SheetDevice] = []
        for device in nodes.first?.devices ?? [] where device.id == nil {
            let have = Int64(there.count { $0.kind == device.kind })
            if nodes.allSatisfy({ $0.devices.contains(device) }), nodes.count == 1 || have < device.wanted.value ?? 1 {
                lacking.append(device)
            }
        }
        return there + lacking
    }

    private var isShared: Bool { [DeviceKind.printer, .copier].contains { $0.rawValue == kind } }
}
