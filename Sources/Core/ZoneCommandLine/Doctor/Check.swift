/// One part of the examination. A value that holds nothing: everything it looks at is the patient's.
package protocol Check: Sendable {
    /// The first word of its findings' ids.
    var id: String { get }
    var title: Saying { get }
    /// Beyond it the check counts as overrun, and what it would have said is unknown. At most 10 s count.
    var deadline: Duration { get }

    /// At least one finding.
    func run(in patient: Patient) async -> [Finding]
}

extension Check {
    package var deadline: Duration { .seconds(5) }
}
