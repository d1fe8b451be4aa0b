import ZoneModel

/// A form of the shelf: `GET /v1/forms/{form}`.
package struct FormJSON: Sendable, Hashable, Codable {
    package var id: Slug
    package var title: String
    /// `application`, `sample`, `suggestion`, `receipt`, `satisfaction`, `contact`.
    package var kind: String
    package var pages: Int
    /// Who issued it, with the document's number.
    package var source: String
    /// The date of this revision, such as `2026-03-01`.
    package var revised: String
    package var required: Bool
    package var file: String
    package var sha256: String
    /// `there`, `missing`, `changed`, `unreadable`. Only what is there can be read and printed.
    package var state: String
    package var reason: String?

    package init(
        id: Slug, title: String, kind: String, pages: Int, source: String, revised: String, required: Bool,
        file: String, sha256: String, state: String, reason: String?
    ) {
        (self.id, self.title, self.kind, self.pages) = (id, title, kind, pages)
        (self.source, self.revised, self.required) = (source, revised, required)
        (self.file, self.sha256, self.state, self.reason) = (file, sha256, state, reason)
    }
}

/// `GET /v1/forms`: those for zones of this type, in the order of the list.
package struct FormListJSON: Sendable, Hashable, Codable {
    package var forms: [FormJSON]
    /// What is wrong with the list; then there are no forms.
    package var complaint: String?
    /// When the files were last held against their hashes; absent before that was done for the first time.
    package var checkedAt: WallTime?
    /// Copies that the kiosk may print at once.
    package var kioskCopies: Int

    package init(forms: [FormJSON], complaint: String?, checkedAt: WallTime?, kioskCopies: Int) {
        (self.forms, self.complaint, self.checkedAt) = (forms, complaint, checkedAt)
        self.kioskCopies = kioskCopies
    }
}
