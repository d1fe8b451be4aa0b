import ZoneConfig
import ZoneModel
import ZoneWire
import ZoneYAML

/// The parts of a bundle that describe how this PC is set up, without the words of people: no names, no places.
enum DiagnosticsParts {
    /// Keys whose values are words of a list, numbers, ids or addresses. Of the others it is told that they are set.
    private static let plainKeys: Set = [
        "zone", "node", "purpose", "type", "hours", "hours.revision", "hours.mon", "hours.tue", "hours.wed",
        "hours.thu",
        "hours.fri", "hours.sat", "hours.sun", "hours.exceptions.*", "hub.url", "network.portals.*.url", "devices.*.id",
        "devices.*.kind", "devices.*.uri", "devices.*.match.*", "devices.*.watch", "nodes.*.node", "journal.sizeMiB",
        "journal.days",
    ]

    static func configuration(_ state: ConfigurationStore.State) -> JSONValue {
        let json = state.json
        return .members([
            "revision": .string(json.revision), "keys": .array(json.keys.compactMap(key)),
            "ignored": .integer(Int64(json.ignored.count)),
            "pendingRestart": .array(json.pendingRestart.map { .string($0) }),
            "complaint": state.complaint.map(complaint),
        ])
    }

    private static func key(_ key: ConfigurationKeyJSON) -> JSONValue? {
        guard let schema = ConfigurationKey.describing(key.key)?.path, key.layer != .default || key.value != nil else {
            return nil
        }
        // Items are named by people, except for devices and PCs, which have ids.
        let item = key.key.split(separator: ".").dropFirst().first.map(String.init)
        let isById = (schema.hasPrefix("devices.*") || schema.hasPrefix("nodes.*")) && item.flatMap { Slug($0) } != nil
        let isPlain = plainKeys.contains(schema)
        return .members([
            "key": .string(schema), "item": isById ? item.map { .string($0) } : nil,
            "value": isPlain ? key.value.map(plain) : nil, "isSet": .bool(key.value != nil),
            "layer": .string(key.layer.rawValue), "line": key.line.map { .integer(Int64($0)) },
            "locked": key.locked ? true : nil,
        ])
    }

    private static func plain(_ value: JSONValue) -> JSONValue {
        guard case .string(let text) = value else { return DiagnosticsScrub.value(value) }
        return .string(text.contains("://") ? DiagnosticsScrub.address(text) : DiagnosticsScrub.text(text))
    }

    /// Where it is wrong; what stands there is the site's.
    static func complaint(_ complaint: FileComplaint) -> JSONValue {
        [
            "file": .string(complaint.file.split(separator: "/").last.map(String.init)?.cleaned(limit: 60) ?? ""),
            "line": .integer(Int64(complaint.line)),
        ]
    }

    static func device(_ state: DeviceState) -> JSONValue {
        let identity = state.identity
        func clean(_ text: String?) -> JSONValue? { text.map { .string($0.cleaned(limit: 80)) } }
        return .members([
            "id": .string(state.card.id.text), "kind": .string(state.card.kind.rawValue),
            "watch": .string(state.card.watch.rawValue), "presence": .string(state.presence.rawValue),
            "link": .string(state.link.rawValue), "activity": .string(state.activity.rawValue),
            "mode": .string(state.mode.rawValue), "health": .string(state.health.rawValue),
            "reason": state.reason.map { .string(DiagnosticsScrub.text($0)) },
            "simulated": state.simulated ? true : nil, "lastSeen": state.lastSeen.map { .string($0.rfc3339) },
            "holds": .array(
                state.holds.map { ["mode": .string($0.mode.rawValue), "since": .string($0.since.rfc3339)] }),
            "identity": .members([
                "vendor": clean(identity.vendor), "model": clean(identity.model), "serial": clean(identity.serial),
                "firmware": clean(identity.firmware), "busId": clean(identity.busId),
                "busPath": identity.busPath.map { .string(DiagnosticsScrub.address($0)) },
            ]),
            "counts": .object(state.counts.mapValues { .integer($0) }),
            "details": DiagnosticsScrub.value(state.details),
        ])
    }

    static func conditions(_ states: [DeviceState]) -> JSONValue {
        .array(
            states.flatMap { state in
                state.conditions.map { condition in
                    .members([
                        "device": .string(state.card.id.text), "code": .string(condition.code.rawValue),
                        "severity": .string(condition.severity.rawValue), "since": .string(condition.since.rfc3339),
                        "lastSeen": .string(condition.lastSeen.rfc3339),
                        "evidence": condition.evidence.map { .string(DiagnosticsScrub.text($0)) },
                    ])
                }
            })
    }
}
