import ArgumentParser
import DriverKit
import ZoneCommandLine
import ZoneModel
import ZoneWire

struct Sign: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "大屏：显示文字、亮度、熄屏。 The LED sign: text, brightness, blank.",
        subcommands: [ShowOnSign.self, SignBrightness.self, BlankSign.self])
}

struct ShowOnSign: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "show", abstract: "显示文字。 Show a text.")
    @OptionGroup var options: RootOption
    @Argument(help: "设备编号 device id") var device: String
    @Argument(help: "文字，每个参数一行 one argument per line") var lines: [String]
    @Option(help: "still | scrollLeft | pages") var effect: SignMessage.Effect = .still
    @Option(help: "red | green | yellow | blue | cyan | magenta | white") var colour: SignMessage.Colour?

    func run() async throws {
        var arguments: [String: JSONValue] = [
            "text": .string(lines.joined(separator: "\n")), "effect": .string(effect.rawValue),
        ]
        arguments["colour"] = colour.map { .string($0.rawValue) }
        try await options.command(device, CommandRequest(verb: "show", args: .object(arguments)))
    }
}

struct SignBrightness: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "brightness", abstract: "亮度，0 到 100。 Brightness, 0 to 100.")
    @OptionGroup var options: RootOption
    @Argument var device: String
    @Argument var percent: Int

    func run() async throws {
        let arguments: JSONValue = ["percent": .integer(Int64(percent))]
        try await options.command(device, CommandRequest(verb: "brightness", args: arguments))
    }
}

struct BlankSign: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "blank", abstract: "熄屏；--light 重新点亮。 Dark; --light lights it again.")
    @OptionGroup var options: RootOption
    @Argument var device: String
    @Flag var light = false

    func run() async throws {
        try await options.command(device, CommandRequest(verb: "blank", args: ["on": .bool(!light)]))
    }
}

extension SignMessage.Effect: ExpressibleByArgument {}
extension SignMessage.Colour: ExpressibleByArgument {}
