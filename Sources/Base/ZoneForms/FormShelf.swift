import Glibc
import ZoneLinux
import ZoneModel
import ZoneYAML

package enum FormState: String, Sendable, Codable, CaseIterable {
    /// The file has the hash of the list.
    case there
    case missing
    /// The file has another hash: it is not what was issued, however it looks.
    case changed
    case unreadable
}

/// Why a form cannot be given out.
package struct FormTrouble: Error, Sendable, Hashable {
    package let state: FormState
    /// A few words for whoever puts it right; no path.
    package let reason: String

    package init(_ state: FormState, _ reason: String) { (self.state, self.reason) = (state, reason) }
}

/// The folder of forms at one moment. Everything here blocks: ask on a lane.
package struct FormShelf: Sendable, Hashable {
    package struct Item: Sendable, Hashable {
        package let entry: FormEntry
        /// `nil`: the file is there.
        package let trouble: FormTrouble?
        package var state: FormState { trouble?.state ?? .there }

        package init(entry: FormEntry, trouble: FormTrouble?) { (self.entry, self.trouble) = (entry, trouble) }
    }

    /// A form has a page or some; 8 MiB is a form of scanned pictures.
    package static let documentLimit = 8 << 20

    package let items: [Item]
    /// What is wrong with the list; then there are no items.
    package let complaint: FileComplaint?
    /// Documents that nobody has listed.
    package let strangers: [String]

    /// A folder without a list is an empty shelf: a site may have no forms.
    package init(folder: String) {
        do throws(FileComplaint) {
            let entries = try FormShelf.list(folder)
            items = entries.map { Item(entry: $0, trouble: FormShelf.trouble($0, folder)) }
            let listed = Set(entries.map(\.file) + [FormList.name])
            strangers = SmallFile.list(folder).filter { !listed.contains($0) && !$0.hasPrefix(".") }
            complaint = nil
        } catch {
            (items, strangers, complaint) = ([], [], error)
        }
    }

    private static func list(_ folder: String) throws(FileComplaint) -> [FormEntry] {
        let path = "\(folder)/\(FormList.name)"
        func complaint(_ expected: String) -> FileComplaint {
            FileComplaint(file: path, line: 1, field: "", expected: expected)
        }
        let bytes: [UInt8]
        do throws(SystemError) {
            guard try FileFacts(path: path).kind == .file else { throw SystemError("read", EINVAL) }
            bytes = try SmallFile.readBytes(path, limit: FormList.longest)
        } catch {
            if error.errno == ENOENT { return [] }
            throw complaint(
                error.errno == EFBIG ? "at most \(FormList.longest >> 10) KiB" : "a file that can be read (\(error))")
        }
        guard let text = String(validating: bytes, as: UTF8.self) else { throw complaint("text in UTF-8") }
        return try FormList(text: text, file: path).entries
    }

    private static func trouble(_ entry: FormEntry, _ folder: String) -> FormTrouble? {
        do throws(FormTrouble) {
            try FormFile(entry, in: folder).check()
            return nil
        } catch {
            return error
        }
    }
}
