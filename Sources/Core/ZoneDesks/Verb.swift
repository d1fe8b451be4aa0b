import DriverKit
import ZoneAccess
import ZoneModel
import ZoneWire

/// Something that can be commanded.
package struct Verb: Sendable {
    /// What a command does to a device.
    package typealias Effect = @Sendable (CommandJSON) async throws(DeviceError) -> JSONValue

    package let name: String
    package let action: Action
    package let target: Target
    /// May be done again when nobody knows whether it was done.
    package let isIdempotent: Bool
    /// How long the effect may take; then the command has failed and its outcome is unknown.
    package let deadline: Duration
    /// What is wrong with the arguments, naming the field; `nil` when they are right.
    package let complaint: @Sendable (JSONValue?) -> String?
    /// What keeps the queue of its device for minutes; `nil` for what is over soon.
    package let longWork: @Sendable (CommandJSON) -> LongWork?
    package let effect: Effect

    package init(
        _ name: String, action: Action, on target: Target = .device, isIdempotent: Bool = false,
        deadline: Duration = .seconds(60),
        complaint: @escaping @Sendable (JSONValue?) -> String? = Verb.noArguments,
        longWork: @escaping @Sendable (CommandJSON) -> LongWork? = { _ in nil }, effect: @escaping Effect
    ) {
        (self.name, self.action, self.target) = (name, action, target)
        (self.isIdempotent, self.deadline) = (isIdempotent, deadline)
        (self.complaint, self.longWork, self.effect) = (complaint, longWork, effect)
    }

    /// What a command is done to.
    package enum Target: Sendable {
        case device
        /// The PC as a whole; it stands on the list of devices itself.
        case machine

        package static let machineID = DeviceID(.queryPC, 1)
    }

    package static let noArguments: @Sendable (JSONValue?) -> String? = { arguments in
        switch arguments {
        case nil, .null: nil
        case .object(let members): members.keys.sorted().first.map { "args.\($0): this verb takes none" }
        default: "args: expected an object"
        }
    }
}
