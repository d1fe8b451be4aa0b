import ZoneLinux
import ZoneModel

/// SANE's configuration for one scan: the one scanner, and nothing searched for on the network. (sane-airscan reads
/// `/etc/sane.d/airscan.conf` as well, seen with 0.99.27; as Debian ships it, that has comments only.)
struct SaneFolder {
    static let device = "airscan:e0:scanner"
    private static let names = ["dll.conf", "airscan.conf"]

    let path: String

    /// Makes the folder, for its owner only; what a crash left in it is gone.
    init(_ path: String, scanner address: String) throws(SystemError) {
        self.path = path
        SaneFolder.clear(path)
        try SmallFile.makeDirectory(path, mode: 0o700)
        let settings = """
            [devices]
            scanner = \(address.cleaned(limit: 400)), eSCL
            [options]
            discovery = disable
            ws-discovery = off

            """
        for (name, text) in zip(SaneFolder.names, ["airscan\n", settings]) {
            let file = try OwnedFD.create("\(path)/\(name)", mode: 0o600)
            try SmallFile.write(Array(text.utf8), to: file.raw, naming: name)
        }
    }

    static func page(_ number: Int) -> String { "page\(number).pnm" }

    /// Of every page, finished or half.
    func clear() { SaneFolder.clear(path) }

    static func clear(_ path: String) { for name in SmallFile.list(path) { SmallFile.remove("\(path)/\(name)") } }
}
