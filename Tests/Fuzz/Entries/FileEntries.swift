import ZoneModel
import ZonePolicy
import ZoneProfiles
import ZoneYAML

extension FuzzEntry {
    /// A shipped hw-profile, and behind `%%%` the site's over it.
    static let profiles = FuzzEntry("profiles") { bytes in
        let files = NamedText.files(bytes, ["10-generic/a.yaml", "50-model/b.yaml"])
        let shelf = ProfileShelf(
            files.enumerated().map { index, file in
                .init(path: file.name, root: index, folder: String(file.name.prefix { $0 != "/" }), text: file.text)
            })
        try promise(shelf.files.count + shelf.complaints.count == files.count, "a file is neither read nor refused")
        for complaint in shelf.complaints + shelf.lint(drivers: KnownDrivers.facts) { try promiseFit(complaint, files) }
        for file in shelf.files {
            let hardware = HardwareFacts(kind: file.kind, facts: file.match)
            try promise(file.fits(hardware), "a profile does not fit what it asks for")
            for line in shelf.explain(hardware) { try promiseClean(line, "explanation of a profile") }
            guard let profile = shelf.profile(for: hardware) else { continue }
            for text in [profile.driver] + profile.settings.flatMap({ [$0.key, $0.value] }) {
                try promiseClean(text, "profile")
            }
        }
    }

    /// A district's policy, and behind `%%%` the site's over it.
    static let policy = FuzzEntry("policy") { bytes in
        let files = NamedText.files(bytes, ["10-model.yaml", "20-site.yaml"])
        let policy = Policy(files.map { .init(path: $0.name, text: $0.text) })
        for complaint in policy.complaints { try promiseFit(complaint, files) }
        try promise(Set(policy.rules.map(\.id)).count == policy.rules.count, "two rules of one id")
        for text in [policy.district ?? "", policy.title ?? ""] { try promiseClean(text, "policy") }
        for rule in policy.rules {
            try promiseClean(rule.notice + rule.clause + rule.text, "rule")
            try promise(rule.required != .yes || rule.clause != "unconfirmed", "an unconfirmed clause obliges")
        }
        for type in ZoneTypeName.allCases.map(\.rawValue) + ["station"] {
            for result in policy.evaluate(zoneType: type, devices: [.printer, .printer, .queryPC]) {
                try promise(result.met != .yes || result.have >= result.rule.count, "met without the devices")
            }
        }
    }
}
