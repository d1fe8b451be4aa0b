import ZoneModel

/// One thing of a frozen sheet that is not what was issued.
package struct SheetFinding: Sendable, Hashable, CustomStringConvertible {
    package var zh: String
    package var en: String
    package var description: String { "\(zh) \(en)" }
}

/// Holds a frozen sheet against its own hashes, and names what differs.
package enum SheetVerifier {
    private static let names = [
        "head": "表头", "devices": "设备清单", "demands": "配备要求", "cases": "故障台账", "daily": "日常管理", "outages": "平台中断",
        "remarks": "问题、意见和整改",
    ]

    /// - Returns: nothing when the file is as it was written. Whether it is the one that was issued, only the journal's
    ///   `report.issued` or the paper can tell (`sha256`).
    package static func findings(_ frozen: FrozenSheet) throws -> [SheetFinding] {
        guard frozen.v == FrozenSheet.version else {
            return [
                SheetFinding(
                    zh: "文件格式第\(frozen.v)版，本程序不认识，请用较新的程序核对。",
                    en: "Format \(frozen.v) is not known here: use a newer program.")
            ]
        }
        let sheet = try frozen.sheet()
        var found = days(frozen, sheet)
        for (part, hash) in sheet.seal.parts.sorted(by: { $0.key < $1.key }) where frozen.seal.parts[part] != hash {
            found.append(
                SheetFinding(zh: "“\(names[part] ?? part)”被改动。", en: "The part \(part) was changed."))
        }
        if Set(frozen.seal.parts.keys) != Set(sheet.seal.parts.keys) {
            found.append(SheetFinding(zh: "校验部分不全或多出。", en: "The list of parts is not whole."))
        }
        if frozen.groups != sheet.groups.map(FrozenSheet.GroupJSON.init) {
            found.append(
                SheetFinding(zh: "“三项保障”的合计与各日数据不符。", en: "The sums of the three groups do not follow from the days."))
        }
        if let issue = frozen.issue, issue.revision < 1 || (issue.revision > 1) != (frozen.replaces != nil) {
            found.append(SheetFinding(zh: "版次被改动。", en: "The number of the revision was changed."))
        }
        if found.isEmpty, frozen.facts != sheet.facts {
            found.append(SheetFinding(zh: "数据次序被改动或有重复。", en: "Rows were put in another order, or doubled."))
        }
        if found.isEmpty, frozen.seal != sheet.seal {
            found.append(
                SheetFinding(zh: "专区、期间或总校验码被改动。", en: "Zone, period or the hash of the whole was changed."))
        }
        return found
    }

    private static func days(_ frozen: FrozenSheet, _ sheet: Sheet) -> [SheetFinding] {
        var found: [SheetFinding] = []
        let told = Dictionary(frozen.seal.days.map { ($0.date, $0.sha256) }) { first, _ in first }
        let there = Dictionary(sheet.seal.days.map { ($0.date, $0.sha256) }) { first, _ in first }
        for date in Set(told.keys).union(there.keys).sorted() where told[date] != there[date] {
            let shown = date.cleaned(limit: 10)
            switch (told[date], there[date]) {
            case (_, nil): found.append(.init(zh: "缺少\(shown)的数据。", en: "The day \(shown) is missing."))
            case (nil, _): found.append(.init(zh: "多出\(shown)的数据。", en: "The day \(shown) was added."))
            default: found.append(.init(zh: "\(shown)的数据被改动。", en: "The day \(shown) was changed."))
            }
        }
        if found.isEmpty, frozen.seal.chain != sheet.seal.chain {
            found.append(.init(zh: "各日的校验链被改动。", en: "The chain of the days was changed."))
        }
        return found
    }

    /// Between two files of the same period: which parts are not the same.
    package static func differences(_ one: SheetSeal, _ other: SheetSeal) -> [String] {
        let dates = Set(one.days).symmetricDifference(other.days).map(\.date)
        let parts = Set(one.parts.keys).union(other.parts.keys).filter { one.parts[$0] != other.parts[$0] }
        return Set(dates).sorted() + parts.sorted().map { names[$0] ?? $0 }
    }
}
