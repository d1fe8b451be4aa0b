// Purpose: a case, from the report to the answer, as a set of entries that zone and hub may each add to without
// asking the other: the union is the same on both sides, whatever the order.

/// How far a case has come. Raw values are the words of the wire; the order is that of the work.
package enum CaseStep: String, Sendable, Codable, CaseIterable, Hashable {
    case open, acknowledged, assigned, vendorContacted, fixed, answered, closed, declined
}
