import ArgumentParser
import NIOHTTP1
import ZoneControlClient
import ZoneModel
import ZoneWire

struct Deny: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "禁止一个节点上报。 Shuts a node out, whichever PC speaks for it.")
    @OptionGroup var options: OfficeOptions
    @OptionGroup var node: NodeArguments
    @Option(help: "原因，记入审计。 The reason, for the audit.") var why: String

    func run() async throws {
        try await options.deny(DenialRequest(name: node.name, why: why))
        options.show("已禁止 \(node.name)。恢复： Shut out. To let it in again: zone-hub allow \(node.zone) \(node.node)\n")
    }
}

struct DenyKey: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "禁止一台电脑的密钥，如电脑被盗。 Shuts one PC's key out, e.g. one that was stolen.")
    @OptionGroup var options: OfficeOptions
    @Argument(help: "指纹 fingerprint, as in zone-hub certificates") var fingerprint: String
    @Option(help: "原因，记入审计。 The reason, for the audit.") var why: String

    func run() async throws {
        try await options.deny(DenialRequest(key: fingerprint, why: why))
        options.show("已禁止此密钥。恢复： Shut out. To let it in again: zone-hub allow-key FINGERPRINT\n")
    }
}

struct Allow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "解除对节点的禁止。 Lets a node in again.")
    @OptionGroup var options: OfficeOptions
    @OptionGroup var node: NodeArguments
    func run() async throws { try await options.allow(DenialRequest(name: node.name)) }
}

struct AllowKey: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "解除对密钥的禁止。 Lets a key in again.")
    @OptionGroup var options: OfficeOptions
    @Argument(help: "指纹 fingerprint") var fingerprint: String
    func run() async throws { try await options.allow(DenialRequest(key: fingerprint)) }
}

extension OfficeOptions {
    fileprivate func deny(_ request: DenialRequest) async throws {
        try await office.send(.POST, "/v1/denials", try WireCoding.encode(request))
    }

    fileprivate func allow(_ request: DenialRequest) async throws {
        try await office.send(.DELETE, "/v1/denials", try WireCoding.encode(request))
        show("已解除，可以继续上报。 It may report again.\n")
    }
}
