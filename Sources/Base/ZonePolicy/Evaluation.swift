import ZoneModel

/// What one rule says about one zone.
package struct RuleResult: Sendable, Hashable {
    package enum Met: String, Sendable, CaseIterable { case yes, no, notRequired, unconfirmed }

    package let rule: PolicyRule
    /// Devices that count, also where the rule obliges nobody.
    package let have: Int
    package let met: Met
}

extension Policy {
    /// - Parameters:
    ///   - zoneType: as in agent.yaml.
    ///   - assets: the kinds of each thing on the zone's list. One thing may be of two kinds (a printer that copies is
    ///     one asset in 彬州's list) and still counts once per rule. Leave out what serves no citizen, such as a
    ///     kiosk's own PC (decision 0008).
    /// - Returns: the rules that concern this type of zone, in the order of the files.
    package func evaluate(zoneType: String, equipment: [Equipment]) -> [RuleResult] {
        let type = ZoneTypeName(rawValue: zoneType)
        return rules.compactMap { rule in
            if let type, let types = rule.zoneTypes, !types.contains(type) { return nil }
            let fitting = equipment.filter { !$0.kinds.isDisjoint(with: rule.anyOf) }
            let have = fitting.count { $0.inches.map(rule.isLargeEnough) ?? (rule.inches == nil) }
            let unmeasured = rule.inches == nil ? 0 : fitting.count { $0.inches == nil }
            return RuleResult(
                rule: rule, have: have, met: rule.met(by: have, or: unmeasured, zoneTypeIsKnown: type != nil))
        }
    }

    package func evaluate(zoneType: String, assets: [Set<DeviceKind>]) -> [RuleResult] {
        evaluate(zoneType: zoneType, equipment: assets.map { Equipment(kinds: $0) })
    }

    /// The same for things of one kind each.
    package func evaluate(zoneType: String, devices: [DeviceKind]) -> [RuleResult] {
        evaluate(zoneType: zoneType, assets: devices.map { [$0] })
    }
}

extension PolicyRule {
    /// Met is only what somebody confirmed and somebody has: an unknown type of zone confirms no rule for some types.
    fileprivate func met(by have: Int, or unmeasured: Int, zoneTypeIsKnown: Bool) -> RuleResult.Met {
        switch required {
        case .no: .notRequired
        case .unconfirmed: .unconfirmed
        case .yes where zoneTypes != nil && !zoneTypeIsKnown: .unconfirmed
        case .yes where have < count && have + unmeasured >= count: .unconfirmed
        case .yes: have >= count ? .yes : .no
        }
    }
}
