import ArgumentParser
import Logging
import ZoneConfig
import ZoneKioskWeb
import ZoneLinux

struct Kiosk: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "查询机页面（本机浏览器）。 The kiosk page for a browser on this PC.")
    @OptionGroup var options: RootOption
    @Option(help: "端口，0 为任意空闲端口。 Port; 0 takes a free one.") var port = 8090

    func run() async throws {
        Signals.ignoreBrokenPipes()
        LoggingSystem.bootstrap(StreamLogHandler.standardError)
        var log = Logger(label: "zonectl-kiosk")
        log.logLevel = .notice
        let socket = Places(root: options.root).kioskSocket
        try await KioskBridge(socket: socket, port: port, log: log).run { address in
            StandardOutput.write("在浏览器中打开 open in the browser:\n\(address)\n")
        }
    }
}
