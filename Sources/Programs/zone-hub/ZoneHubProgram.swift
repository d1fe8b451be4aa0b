import ArgumentParser

@main
struct ZoneHubProgram: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "zone-hub", abstract: "区级平台：接收上报，显示情况。 The district's side of the zones.",
        subcommands: [
            Run.self, HubStatus.self, Enroll.self, Approve.self, Reject.self, Deny.self, Allow.self, DenyKey.self,
            AllowKey.self, Denials.self, Certificates.self, AuthorityCommands.self, RosterCommands.self,
            ImportExport.self, Order.self, Orders.self, Audit.self, Simulate.self,
        ], defaultSubcommand: Run.self)
}
