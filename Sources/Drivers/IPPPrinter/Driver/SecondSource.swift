import DriverKit
import ZoneModel
import ZonePrinting

/// The Printer MIB (RFC 3805), asked after IPP for what IPP has left out. What IPP has said stands.
package struct SecondSource: Sendable, Hashable {
    /// Which facts, and who said them: `ipp` or `snmp`.
    package typealias Sources = [String: String]

    package static let settings: [String: SettingKind] = [
        "snmp": .choice(["off", "on"]), "snmpCommunity": .text, "snmpPort": .integer(1...65_535),
    ]

    /// With less than this there is no time for a second sending.
    private static let leastTime = Duration.seconds(1)

    private let community: String
    private let port: Int

    /// `nil` where it is off, which it is unless the profile says otherwise.
    package init?(_ settings: [String: String]) {
        guard settings["snmp"] == "on" else { return nil }
        community = settings["snmpCommunity"] ?? "public"
        port = settings["snmpPort"].flatMap { Int($0) } ?? 161
    }

    /// What IPP has said and, within the time that it has left over, what SNMP adds. Its silence takes nothing away.
    package func complete(
        _ answer: PrinterAnswer, of uri: String, by exchange: any PrinterExchange, within left: Duration
    ) async -> (PrinterAnswer, sources: Sources) {
        let query = PrinterQuery.snmp(uri, community: community, port: port)
        guard SecondSource.isWanted(after: answer), left >= SecondSource.leastTime,
            case .success(let more) = await exchange.ask(query, within: left)
        else { return fill(answer, from: PrinterAnswer(state: .unknown)) }
        return fill(answer, from: more)
    }

    package static func isWanted(after answer: PrinterAnswer) -> Bool {
        !answer.supplies.tellLevels || !answer.trays.tellLevels || answer.impressionsCompleted == nil
    }
}

/// Takes from `snmp` only what `answer` does not say. Lists are taken whole: names differ between the two.
package func fill(_ answer: PrinterAnswer, from snmp: PrinterAnswer) -> (PrinterAnswer, sources: SecondSource.Sources) {
    var (full, sources) = (answer, SecondSource.Sources())
    func take<Value>(_ fact: String, _ path: WritableKeyPath<PrinterAnswer, Value>, if isSaid: (PrinterAnswer) -> Bool)
    {
        if isSaid(answer) {
            sources[fact] = "ipp"
        } else if isSaid(snmp) {
            full[keyPath: path] = snmp[keyPath: path]
            sources[fact] = "snmp"
        }
    }
    take("state", \.state) { $0.state != .unknown }
    take("reasons", \.reasons) { !$0.reasons.isEmpty }
    take("model", \.makeAndModel) { $0.makeAndModel != nil }
    take("serial", \.serial) { $0.serialNumber != nil }
    take("supplies", \.supplies) { $0.supplies.tellLevels }
    take("trays", \.trays) { $0.trays.tellLevels }
    take("impressionsCompleted", \.impressionsCompleted) { $0.impressionsCompleted != nil }
    return (full, sources)
}

extension [PrinterAnswer.Supply] {
    fileprivate var tellLevels: Bool { contains { $0.level != nil } }
}
