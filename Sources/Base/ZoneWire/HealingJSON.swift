import ZoneModel

/// `GET /v1/devices/{id}/healing`: the ladder of one device as it stands now.
package struct HealingJSON: Sendable, Hashable, Codable {
    package enum State: String, Sendable, Codable {
        /// Nothing is wrong that could be healed.
        case resting
        /// Something is, and the device has no step against it.
        case noStep
        /// The next step will be done with the next look.
        case ready
        case underWay
        /// The last step may still show what it did.
        case judging
        /// Something stands in the way of the next step: `waitsFor`.
        case waiting
        /// All steps are spent; a person was asked.
        case spent
    }

    package struct Step: Sendable, Hashable, Codable {
        package var name: String
        package var harm: String
        /// How often it was done today, by whomever, and how often it may be.
        package var used: Int
        package var budget: Int
        /// In this round.
        package var isTried: Bool
        /// ms
        package var deadline: Int64

        package init(name: String, harm: String, used: Int, budget: Int, isTried: Bool, deadline: Int64) {
            (self.name, self.harm, self.used, self.budget) = (name, harm, used, budget)
            (self.isTried, self.deadline) = (isTried, deadline)
        }
    }

    package var device: DeviceID
    package var state: State
    /// The open conditions that it is about.
    package var codes: [String]
    /// Those that help against `codes`, the mildest first; while nothing is wrong, all of the device.
    package var steps: [Step]
    /// The next one, if there is one.
    package var next: String?
    /// Gates, in words of docs/healing.md.
    package var waitsFor: [String]
    /// ms until the last step counts as judged.
    package var judgedIn: Int64?
    /// Steps of today, all together.
    package var used: Int
    package var budget: Int
    /// The latest step, by whomever.
    package var last: String?

    package init(device: DeviceID, state: State, codes: [String], steps: [Step], used: Int, budget: Int) {
        (self.device, self.state, self.codes, self.steps) = (device, state, codes, steps)
        (self.used, self.budget, waitsFor) = (used, budget, [])
    }
}
