import DriverKit
import IPPPrinterDriver
import NetworkDriver
import OnbonLEDDriver
import SuggestionBoxDriver
import ZoneConfig
import ZoneModel
import ZoneNetwork
import ZonePrinting
import ZoneTime

extension FuzzEntry {
    /// One word or line: times, ids, durations, hours, addresses.
    static let values = FuzzEntry("values", longest: 256) { bytes in
        let text = String(decoding: bytes, as: UTF8.self)
        try promiseIdentifiers(text)
        try promiseTimes(text)
        try promiseAddress(text)
        let cleaned = text.cleaned(limit: 40)
        try promiseClean(cleaned, "cleaned()")
        try promise(cleaned.unicodeScalars.count <= 40 && cleaned.cleaned(limit: 40) == cleaned, "cleaned() goes on")
        for kind in [SettingKind.integer(1...9), .duration, .choice(["a", "b"]), .text] {
            if let complaint = kind.complaint(about: text) { try promiseClean(complaint, "setting") }
        }
        try promiseSettings(text)
        if let key = ConfigurationKey.describing(text) { try promise(!key.zh.isEmpty, "a key without a meaning") }
    }

    /// Lint refuses what does not fit; a driver that gets it all the same does as if it were not there.
    private static func promiseSettings(_ text: String) throws {
        for (name, kind) in BoxSettings.kinds {
            let settings = Result { () throws(DeviceError) in try BoxSettings([name: text]) }
            guard kind.complaint(about: text) != nil else { continue }
            try promise(settings == Result { () throws(DeviceError) in try BoxSettings([:]) }, "\(name) is taken")
        }
        for (name, kind) in OnbonSettings.kinds {
            let settings = Result { () throws(DeviceError) in try OnbonSettings([name: text]) }
            if case .failure(let error) = settings { try promiseClean(error.description, "refusal of a setting") }
            guard kind.complaint(about: text) != nil else { continue }
            try promise(settings == Result { () throws(DeviceError) in try OnbonSettings([:]) }, "\(name) is taken")
        }
    }

    private static func promiseIdentifiers(_ text: String) throws {
        if let slug = Slug(text) {
            try promise(slug.text == text && text.utf8.count <= 32, "an id changes")
            try promiseClean(text, "id")
        }
        try promise(PathSegment.decode(PathSegment.encode(text)) == text, "a segment of a path comes back as another")
        if let decoded = PathSegment.decode(text) {
            try promise(PathSegment.decode(PathSegment.encode(decoded)) == decoded, "a decoded segment changes")
        }
        if let bytes = Hex.bytes(text) { try promise(Hex.text(bytes) == text.lowercased(), "hex digits change") }
        if let id = HexID(text) {
            try promise(UInt64(text, radix: 16).map { HexID(random: $0) } == id, "hex digits change")
        }
    }

    private static func promiseTimes(_ text: String) throws {
        if let time = WallTime(rfc3339: text) {
            let written = time.rfc3339
            try promise(WallTime(rfc3339: written) == time, "\(written) is another time")
            try promise(text.utf8.count < 24 || text == written, "\(written) is written differently")
            try promise(CivilDate(of: time).start <= time, "a day begins after its time")
            _ = ZoneCivil.text(time)
        }
        if let date = CivilDate(text) {
            try promise(date.description == text, "\(date) is written differently")
            try promise(date.next.previous == date && date.next > date, "\(date) has no neighbours")
        }
        if let duration = Duration(shortText: text) {
            try promise(duration > .zero && duration <= .seconds(7 * 86_400), "a duration without an end")
        }
        if let hours = DayHours(text) {
            try promise(0 <= hours.opensAtMinute && hours.opensAtMinute < hours.closesAtMinute, "hours run backwards")
            try promise(hours.closesAtMinute <= 1440, "a day has more than 24 hours")
        }
        if let day = WeeklyHours.Day(text) {
            try promise(day.spans.count <= 4, "more than four spans")
            for span in day.spans {
                try promise((0..<1440).contains(span.opensAtMinute), "opens on another date")
                try promise(
                    (1...1440).contains(span.closesAtMinute - span.opensAtMinute), "open for more than a day")
            }
        }
    }

    private static func promiseAddress(_ text: String) throws {
        if let address = WebAddress(text) {
            try promise(!address.host.isEmpty && (1...65_535).contains(address.port), "a page of nowhere")
            try promise(WebAddress(address.text) == address, "an address that reads differently the second time")
            let next = address.following(text)
            try promise(next == nil || next.map { WebAddress($0.text) } == next, "a redirect that reads differently")
        }
        try promiseSign(text)
        guard let query = DNSMessage.query(id: 7, host: text) else { return }
        try promise(query.count <= 12 + 255 + 4, "a question longer than a name may be")
        var (offset, labels) = (12, [[UInt8]]())
        while offset < query.count, query[offset] != 0 {
            let end = offset + 1 + Int(query[offset])
            try promise(query[offset] < 64 && end < query.count, "a label runs over the question's end")
            labels.append(Array(query[(offset + 1)..<end]))
            offset = end
        }
        try promise(offset + 5 == query.count, "the question does not end with type and class")
        try promise(labels == text.utf8.split(separator: UInt8(ascii: ".")).map(Array.init), "asks for another name")
    }

    private static func promiseSign(_ text: String) throws {
        guard let address = try? OnbonAddress(.address(text)) else { return }
        try promise(address.text == text, "an address changes")
        try promiseClean(text, "address")
        guard case .network(let host, let port) = address.place else { return }
        let written = "onbon://\(PortAddress.tcp(host: host, port: port))"
        let again = try? OnbonAddress(.address(written))
        try promise(again?.place == address.place, "\(written) leads elsewhere")
    }

    /// What a printer says of itself: supplies and trays, IEEE 1284 device id, state reasons.
    static let printerTexts = FuzzEntry("printer-texts", longest: 1024) { bytes in
        // The worker cleans each octet string before it is taken apart.
        let text = String(decoding: bytes, as: UTF8.self).cleaned(limit: 1000)
        let supply = PrinterAnswer.Supply(keyed: text)
        try promise(supply.level.map((0...100).contains) ?? true, "a level of \(supply.level ?? -1) percent")
        try promiseClean(supply.name + (supply.type ?? ""), "supply")
        let id = DeviceIDText(String(decoding: bytes, as: UTF8.self))
        for key in ["MFG", "MANUFACTURER", "MDL", "MODEL", "SN", "SERN", "SERIALNUMBER"] {
            try promiseClean(id[key] ?? "", "device id")
        }
        let reasons = String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
        let symptoms = StateReason.symptoms(reasons)
        try promise(symptoms.map(\.code) == StateReason.codes, "a code has no symptom, or two")
        for symptom in symptoms {
            if case .wrong(let evidence, _) = symptom.sight { try promiseClean(evidence, "evidence") }
        }
    }
}
