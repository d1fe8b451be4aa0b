import ArgumentParser
import ZoneCommandLine

struct NetworkCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "network", abstract: "网络：从网线到页面，断在哪里。 From the cable to the page: where the line ends.")
    @OptionGroup var options: RootOption
    @Flag var json = false
    func run() async throws { try await options.technician.network(asJSON: json) }
}
