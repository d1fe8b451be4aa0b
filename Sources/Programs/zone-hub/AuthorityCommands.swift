import ArgumentParser
import NIOHTTP1
import ZoneControlClient
import ZoneHubDoor
import ZoneModel
import ZoneTime
import ZoneWire

struct AuthorityCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ca", abstract: "平台自己的证书颁发机构。 The hub's own authority.",
        subcommands: [ShowAuthority.self, RotateAuthority.self, RetireAuthority.self],
        defaultSubcommand: ShowAuthority.self)
}

struct ShowAuthority: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "show", abstract: "显示。 Show it.")
    @OptionGroup var options: OfficeOptions

    func run() async throws {
        try options.show(try await options.get(AuthorityJSON.self, "/v1/ca"), AuthorityTable.text)
    }
}

struct RotateAuthority: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate",
        abstract: "换用新的；旧的仍被接受，直到 retire。 A new one issues; the old one counts until it is retired.")
    @OptionGroup var options: OfficeOptions

    func run() async throws {
        let info = try await options.office.post(AuthorityJSON.self, "/v1/ca/rotate", JSONValue.null)
        try options.show(info) { info in
            AuthorityTable.text(info) + "以前发出的令牌已失效，请重新发。 Tokens that were made before are void: make new ones.\n"
        }
    }
}

struct RetireAuthority: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retire",
        abstract: "不再接受旧的；还没换证的电脑须重新接入。 The old one counts no more; PCs that have not renewed must enrol again.")
    @OptionGroup var options: OfficeOptions
    @Argument(help: "zone-hub ca show 显示的编号。 Its number in zone-hub ca show.") var hex: String

    func run() async throws {
        try await options.office.send(.DELETE, "/v1/ca/\(PathSegment.encode(hex))")
        try options.show(try await options.get(AuthorityJSON.self, "/v1/ca"), AuthorityTable.text)
    }
}
