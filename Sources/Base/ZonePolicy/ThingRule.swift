import ZoneModel
import ZoneYAML

/// The kinds of forms.yaml.
package enum FormWord: String, Sendable, CaseIterable {
    case application, sample, suggestion, receipt, satisfaction, contact
}

/// So many signs on the wall, or so many copies of a form on the shelf: things that a person counts.
package struct ThingRule: Cited {
    package let source: Citation
    package let count: Int
    /// For how long a person's word holds, in days.
    package let everyDays: Int
    /// Of a form; `nil` of a sign.
    package let form: FormWord?
    package let required: Requirement

    init(_ section: YAMLSection, isForm: Bool) throws(FileComplaint) {
        var section = section
        source = try Citation(&section)
        count = try section.number("count", 1...999) ?? 1
        everyDays = try section.number("everyDays", CheckList.everyDaysRange) ?? CheckList.usualDays
        if isForm {
            form = try section.required("kind", expected: words(FormWord.self), FormWord.init)
        } else {
            form = nil
        }
        required = try section.requirement(clause: source.clause)
        try section.finish()
    }
}
