import Glibc
import ZoneLinux
import ZoneModel
import ZoneWire

/// A folder of managed policies as the browser reads it (Chromium, config_dir_policy_loader.cc): every file, whatever its name;
/// of two that say the same key the later name wins; comments and a comma before a closing bracket are taken; a file that is no
/// JSON besides is left out.
package struct BrowserPolicyFolder: Sendable {
    package struct Difference: Sendable, Hashable {
        package var folder: String
        /// Where the key stands; `nil`: nowhere.
        package var file: String?
        package var key: String
        package var found: JSONValue?
        package var wanted: JSONValue
    }

    package enum Sight: Sendable, Hashable {
        case read([Difference], broken: [String])
        case unreadable(String)
    }

    private static let mostFiles = 100
    private static let longest = 256 << 10

    private let path: String

    package init(_ path: String) { self.path = path }

    package func compare(_ wanted: [String: JSONValue]) -> Sight {
        let names: [String]
        do throws(SystemError) {
            names = try list()
        } catch {
            return .unreadable("\(error)")
        }
        var (found, broken): ([String: (file: String, value: JSONValue)], [String]) = ([:], [])
        for name in names {
            let file = "\(path)/\(name)"
            // A pipe or a device would keep whoever opens it.
            guard (try? FileFacts(path: file))?.kind == .file else { continue }
            do {
                let members = try BrowserPolicyFolder.members(
                    SmallFile.readBytes(file, limit: BrowserPolicyFolder.longest))
                for (key, value) in members { found[key] = (file, value) }
            } catch let error as SystemError where error.errno != EFBIG {
                return .unreadable("\(error)")
            } catch {
                broken.append(file)
            }
        }
        let differences = wanted.keys.sorted().compactMap { key -> Difference? in
            guard let value = wanted[key], found[key]?.value != value else { return nil }
            return Difference(
                folder: path, file: found[key]?.file, key: key, found: found[key]?.value, wanted: value)
        }
        return .read(differences, broken: broken)
    }

    /// Without the folder the browser has no policies: that is known, and is no policy.
    private func list() throws(SystemError) -> [String] {
        do throws(SystemError) {
            _ = try OwnedFD(path: path, flags: O_RDONLY | O_DIRECTORY)
        } catch {
            guard error.errno == ENOENT else { throw error }
            return []
        }
        return Array(SmallFile.list(path).prefix(BrowserPolicyFolder.mostFiles))
    }

    private static func members(_ bytes: [UInt8]) throws -> [String: JSONValue] {
        try WireCoding.decode([String: JSONValue].self, ChromiumJSON.plain(bytes))
    }
}

extension BrowserWish {
    package func compare() -> [BrowserPolicyFolder.Sight] { folders.map { BrowserPolicyFolder($0).compare(policies) } }

    /// `browser.homepage`.
    var symptom: Symptom {
        var (wrong, blind): ([String], [String]) = ([], [])
        for sight in compare() {
            switch sight {
            case .unreadable(let reason): blind.append(reason)
            case .read(let differences, let broken):
                wrong += broken.map { "\($0): not readable as JSON" }
                wrong += differences.map(\.words)
            }
        }
        if let reason = blind.first, wrong.isEmpty { return Symptom(.browserHomepage, .unknown(reason: reason)) }
        guard !wrong.isEmpty else { return Symptom(.browserHomepage, .fine) }
        let rest = wrong.count > 3 ? "; and \(wrong.count - 3) more" : ""
        return Symptom(.browserHomepage, .wrong(evidence: wrong.prefix(3).joined(separator: "; ") + rest))
    }
}

extension BrowserPolicyFolder.Difference {
    /// Names the key and its file; the value is in `zonectl browser diff`.
    var words: String {
        let place = (file ?? folder).cleaned(limit: 120)
        return "\(place): \(key) \(file == nil ? "is missing" : "differs")"
    }
}
