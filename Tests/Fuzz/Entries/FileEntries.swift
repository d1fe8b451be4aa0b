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
        let files = NamedText.files(bytes, ["liangping-2021.yaml", "20-site.yaml"])
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
            try promiseSections(of: policy, for: type)
        }
    }
}

/// What a policy says beside its rules.
private func promiseSections(of policy: Policy, for type: String) throws {
    let lists = policy.checkLists(for: type)
    try promise(Set(lists.map(\.id)).count == lists.count, "two check-lists of one id")
    for list in lists {
        try promiseClean(list.text + list.notice + list.clause, "check-list")
        for item in list.items {
            try promiseClean(item.text, "thing")
            try promise(CheckBook().standing(item, of: list, at: .epoch) == .unconfirmed, "known, though nobody looked")
        }
    }
    let book = DutyBook(hours: nil, marks: [], since: [:])
    for duty in policy.duties(for: type) {
        try promiseClean(duty.text, "duty")
        try promise(!duty.obliges(type) || duty.clause != "unconfirmed", "an unconfirmed clause obliges")
        try promise(book.status(of: duty, at: .epoch).state != .overdue, "overdue, though nobody knows since when")
    }
    if let score = policy.score(for: type, standing: { _ in nil }, duty: { _ in nil }) {
        try promise(score.lines.allSatisfy { $0.value == nil } && score.known == 0, "points for what nobody knows")
    }
}

extension WallTime {
    fileprivate static let epoch = WallTime(milliseconds: 0)
}
