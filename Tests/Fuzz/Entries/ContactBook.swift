import DriverKit
import TouchPanelDriver

/// What a reader of contacts may rely on: one `down`, then any `move`, then one `up`, each number once.
package struct ContactBook: Sendable {
    package private(set) var open: [Int: Contact] = [:]
    package private(set) var ended = 0
    private var last = 0

    package init() {}

    package mutating func note(_ changes: [ContactChange]) throws {
        for change in changes {
            let contact = change.contact
            switch change {
            case .down:
                try promise(contact.number > last, "a number is used again")
                last = contact.number
                open[contact.number] = contact
            case .move:
                try promise(open[contact.number] != nil, "a contact moves that is not there")
                try promise(open[contact.number] != contact, "a move that moves nothing")
                open[contact.number] = contact
            case .up:
                try promise(open[contact.number] == contact, "a contact ends that is not there, or elsewhere")
                open[contact.number] = nil
                ended += 1
            }
        }
    }
}
