import DriverKit
import ZoneAccess
import ZoneDesks
import ZoneModel
import ZoneWire

/// What a sign in the hall can be told. The result says how well it is known to have been done: `sent`, `accepted`,
/// `verified`.
enum SignVerbs {
    /// For the whole order, retries and reading back included.
    private static let deadline = Duration.seconds(20)
    private static let longestText = 500

    static func all(_ supervisor: Supervisor) -> [Verb] {
        [show(supervisor), brightness(supervisor), blank(supervisor)]
    }

    private static func show(_ supervisor: Supervisor) -> Verb {
        let complaint = Verb.arguments(
            [
                "text": .text(limit: longestText), "effect": .choice(SignMessage.Effect.allCases.map(\.rawValue)),
                "colour": .choice(SignMessage.Colour.allCases.map(\.rawValue)),
            ], required: ["text"])
        return verb("show", supervisor, complaint) { arguments, sign throws(DeviceError) in
            let text = arguments?["text"]?.stringValue ?? ""
            let message = SignMessage(
                lines: text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init),
                effect: arguments?["effect"]?.stringValue.flatMap(SignMessage.Effect.init) ?? .still,
                colour: arguments?["colour"]?.stringValue.flatMap(SignMessage.Colour.init))
            return try await sign.show(message, within: deadline)
        }
    }

    private static func brightness(_ supervisor: Supervisor) -> Verb {
        verb("brightness", supervisor, Verb.arguments(["percent": .integer(0...100)], required: ["percent"])) {
            arguments, sign throws(DeviceError) in
            let percent = Int(arguments?["percent"]?.integerValue ?? 0)
            return try await sign.setBrightness(percent: percent, within: deadline)
        }
    }

    /// Dark with its content kept, and lit again.
    private static func blank(_ supervisor: Supervisor) -> Verb {
        verb("blank", supervisor, Verb.arguments(["on": .flag], required: ["on"])) {
            arguments, sign throws(DeviceError) in
            try await sign.setBlank(arguments?["on"] == .bool(true), within: deadline)
        }
    }

    private static func verb(
        _ name: String, _ supervisor: Supervisor, _ complaint: @escaping @Sendable (JSONValue?) -> String?,
        _ order: @escaping @Sendable (JSONValue?, any SignDisplay) async throws(DeviceError) -> SignResult
    ) -> Verb {
        // Each may be done again: the sign shows the same.
        Verb(name, action: .commandSign, isIdempotent: true, deadline: deadline + .seconds(5), complaint: complaint) {
            command throws(DeviceError) in
            let arguments = command.args
            let result = try await supervisor.order(command.device, name, within: deadline) {
                sign throws(DeviceError) in
                try await order(arguments, sign)
            }
            return [
                "proof": .string(result.proof.rawValue), "leftOut": .array(result.leftOut.map { .string($0) }),
            ]
        }
    }
}
