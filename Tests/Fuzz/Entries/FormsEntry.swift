import ZoneConfig
import ZoneForms
import ZoneModel
import ZoneYAML

extension FuzzEntry {
    /// A site's list of forms.
    static let forms = FuzzEntry("forms") { bytes in
        let files = NamedText.files(bytes, [FormList.name])
        let list: FormList
        do throws(FileComplaint) {
            list = try FormList(text: files[0].text, file: files[0].name)
        } catch {
            return try promiseFit(error, files)
        }
        try promise(list.entries.count <= FormList.mostForms, "more forms than anybody has")
        try promise(Set(list.entries.map(\.id)).count == list.entries.count, "two forms of one id")
        for entry in list.entries {
            try promiseClean(entry.title + entry.source + entry.file, "form")
            try promise(!entry.file.contains("/") && !entry.file.hasPrefix("."), "a file outside the folder")
            try promise(Hex.bytes(entry.sha256)?.count == 32, "no SHA-256")
            try promise(entry.sha256 == entry.sha256.lowercased(), "a hash in two spellings")
            try promise(FormEntry.pagesRange.contains(entry.pages), "a form without pages")
            try promise(ZoneType.allCases.contains(where: entry.concerns), "a form for nobody")
            try promise((1...files[0].lineCount).contains(entry.line), "a line that is not there")
        }
    }
}
