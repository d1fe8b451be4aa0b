import ArgumentParser
import ZoneControlClient
import ZoneHubDoor
import ZoneModel
import ZoneTime
import ZoneWire

struct Enroll: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "让电脑接入平台。 Lets PCs of the zones in.", subcommands: [NewToken.self, ListEnrolments.self],
        defaultSubcommand: ListEnrolments.self)
}

struct NewToken: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "new", abstract: "为一台电脑发一次性接入令牌。 A one-time token for one PC.")
    @OptionGroup var options: OfficeOptions
    @OptionGroup var node: NodeArguments
    @Option(help: "电脑访问平台的地址 HOST:PORT。 Address by which the PC reaches this hub.") var address: String?

    func run() async throws {
        let request = TokenRequest(name: node.name, address: address)
        try options.show(try await options.office.post(TokenJSON.self, "/v1/tokens", request)) { token in
            """
            \(token.token)

            \(node.name) 的令牌，\(token.expires.shown) 前有效，只能用一次，不会再次显示。
            Token of \(node.name), good once until \(token.expires.shown); it is not shown again.
            下一步，在那台电脑上运行： Next, on that PC run:
              zonectl enroll '\(token.token)'
            然后在这里核对指纹并批准： Then compare the fingerprint and approve here:
              zone-hub enroll list
              zone-hub approve 指纹 FINGERPRINT

            """
        }
    }
}
