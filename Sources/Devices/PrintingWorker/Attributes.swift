import CCUPS
import Glibc
import ZoneModel
import ZonePrinting

let wantedAttributes = [
    "printer-state", "printer-state-reasons", "printer-state-message", "printer-is-accepting-jobs",
    "printer-make-and-model", "printer-device-id", "printer-firmware-string-version", "printer-supply",
    "printer-input-tray", "marker-names", "marker-types", "marker-levels", "marker-low-levels", "marker-high-levels",
    "printer-impressions-completed", "printer-up-time",
]

/// ippAddStrings wants an array of C strings.
func addStrings(_ ipp: OpaquePointer, _ group: ipp_tag_t, _ tag: ipp_tag_t, _ name: String, _ values: [String]) {
    let copies = values.map { UnsafePointer(strdup($0)) }
    defer { for copy in copies { free(UnsafeMutablePointer(mutating: copy)) } }
    copies.withUnsafeBufferPointer { buffer in
        _ = ippAddStrings(ipp, group, tag, name, CInt(values.count), nil, buffer.baseAddress)
    }
}

extension PrinterAnswer {
    init(ipp: OpaquePointer) {
        func attribute(_ name: String) -> OpaquePointer? { ippFindAttribute(ipp, name, IPP_TAG_ZERO) }
        func firstText(_ name: String) -> String? { attribute(name).flatMap { texts($0).first } }
        /// Counters and times; devices say "unknown" with -1, -2 or no-value (RFC 8011, 5.1).
        func number(_ name: String) -> Int? {
            guard let found = attribute(name), ippGetValueTag(found) == IPP_TAG_INTEGER else { return nil }
            let value = Int(ippGetInteger(found, 0))
            return value < 0 ? nil : value
        }
        self.init(
            state: State(ippState: attribute("printer-state").map { ippGetInteger($0, 0) }),
            reasons: attribute("printer-state-reasons").map(texts) ?? [],
            message: firstText("printer-state-message"),
            isAcceptingJobs: attribute("printer-is-accepting-jobs").map { ippGetBoolean($0, 0) != 0 },
            makeAndModel: firstText("printer-make-and-model"), deviceID: firstText("printer-device-id"),
            firmware: firstText("printer-firmware-string-version"),
            supplies: attribute("printer-supply").map { octets($0).map(Supply.init(keyed:)) } ?? markers(ipp),
            trays: attribute("printer-input-tray").map { octets($0).map(Supply.init(keyed:)) } ?? [],
            impressionsCompleted: number("printer-impressions-completed"), upTimeSeconds: number("printer-up-time"))
    }
}

extension PrinterAnswer.State {
    /// RFC 8011, 5.4.11.
    init(ippState: CInt?) {
        switch ippState {
        case 3: self = .idle
        case 4: self = .processing
        case 5: self = .stopped
        default: self = .unknown
        }
    }
}

/// Lists are cut after this many entries: a device has no reason for more, and a hostile one gets no more.
private let longestList: CInt = 64

private func count(_ attribute: OpaquePointer) -> CInt { min(ippGetCount(attribute), longestList) }

func texts(_ attribute: OpaquePointer) -> [String] {
    (0..<count(attribute)).compactMap { index in
        ippGetString(attribute, index, nil).map { String(cString: $0).cleaned() }
    }
}

private func octets(_ attribute: OpaquePointer) -> [String] {
    (0..<count(attribute)).compactMap { index in
        var length: CInt = 0
        guard let start = ippGetOctetString(attribute, index, &length), length > 0 else { return nil }
        let bytes = UnsafeRawBufferPointer(start: start, count: Int(min(length, 1023)))
        return String(decoding: bytes, as: UTF8.self).cleaned(limit: 1000)
    }
}

/// marker-* run in parallel; real devices disagree about their lengths, so the shortest counts.
private func markers(_ ipp: OpaquePointer) -> [PrinterAnswer.Supply] {
    guard let names = ippFindAttribute(ipp, "marker-names", IPP_TAG_ZERO),
        let levels = ippFindAttribute(ipp, "marker-levels", IPP_TAG_ZERO)
    else { return [] }
    let types = ippFindAttribute(ipp, "marker-types", IPP_TAG_ZERO).map(texts) ?? []
    func percent(_ list: OpaquePointer?, _ index: CInt) -> Int? {
        guard let list, index < count(list) else { return nil }
        let value = Int(ippGetInteger(list, index))
        return (0...100).contains(value) ? value : nil
    }
    let low = ippFindAttribute(ipp, "marker-low-levels", IPP_TAG_ZERO)
    let high = ippFindAttribute(ipp, "marker-high-levels", IPP_TAG_ZERO)
    return zip(texts(names), 0..<count(levels)).map { name, index in
        let type = types.indices.contains(Int(index)) ? types[Int(index)] : nil
        let fills = PrinterAnswer.Supply.fills(type: type, class: nil)
        return .init(
            name: name, type: type, level: percent(levels, index), isReceptacle: fills ? true : nil,
            limit: percent(fills ? high : low, index))
    }
}
