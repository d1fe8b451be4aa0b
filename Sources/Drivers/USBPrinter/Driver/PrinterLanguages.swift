/// What a printer says that it understands: `CMD` (or `COMMAND SET`) of its IEEE 1284 id, a list of words that nobody
/// has registered for documents. Compared whole: `PCLXL` is no `PCL`.
struct PrinterLanguages: Sendable, Hashable {
    /// `image/pwg-raster` is written in three ways.
    private static let words: [String: Set<String>] = [
        "application/pdf": ["PDF"], "image/jpeg": ["JPEG", "JPG"],
        "image/pwg-raster": ["PWG", "PWGRASTER", "PWG_RASTER"],
        "text/plain": ["TEXT", "TXT", "ASCII"],
    ]
    private static let most = 64

    /// In the printer's order, in capitals.
    let commandSets: [String]

    init(deviceID: String?) {
        let fields = (deviceID ?? "").split(separator: ";").map { $0.split(separator: ":", maxSplits: 1) }
        let list = fields.first { parts in
            parts.count == 2 && ["CMD", "COMMANDSET"].contains(parts[0].uppercased().filter { $0 != " " })
        }
        commandSets = (list?[1] ?? "").split(separator: ",").prefix(Self.most).map {
            String($0.uppercased().filter { $0 != " " }.prefix(40))
        }
    }

    func understands(_ format: String) -> Bool {
        !(Self.words[format] ?? []).isDisjoint(with: commandSets)
    }

    /// Media types of documents that can go to the printer as they are.
    var formats: [String] { Self.words.keys.filter(understands).sorted() }
}
