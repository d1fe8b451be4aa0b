import ArgumentParser
import ZoneCommandLine

struct Enroll: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "enroll", abstract: "用令牌注册到监管中心。 Enrol this PC with a hub.",
        discussion: "不写令牌则从输入读一行。 Without a token one line is read from the input.")
    @OptionGroup var options: RootOption
    @Argument(help: "令牌 the token, za1.…@host:port") var token: String?

    func run() async throws {
        guard let token = token ?? readLine(strippingNewline: true) else {
            throw ValidationError("没有令牌。 No token.")
        }
        try await options.technician.enroll(token)
    }
}

struct Enrolment: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "注册情况和证书有效期。 Enrolment, and how long the certificate is valid.")
    @OptionGroup var options: RootOption
    @Flag(help: "放弃等待中或被拒绝的注册。 Forget one that is pending or was rejected.") var forget = false

    func run() async throws {
        if forget { return try await options.technician.forgetEnrolment() }
        try await options.technician.enrolment()
    }
}

struct Export: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "导出监管中心还没有的记录（签名文件）。 What the hub does not have yet, as a signed file.",
        discussion: "在监管中心用 zone-hub import 导入。 To be taken to the hub: zone-hub import.")
    @OptionGroup var options: RootOption
    @Argument(help: "新文件 a new file") var file: String

    func run() async throws { try await options.technician.export(to: file) }
}
