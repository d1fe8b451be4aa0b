import ArgumentParser
import ZoneCommandLine
import ZoneLinux

struct DutyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "duty", abstract: "日常工作：列出、登记、撤回。 Duties: list, enter, take back.",
        subcommands: [ListDuties.self, EnterDuty.self, BeginDuty.self, TakeBackDuty.self],
        defaultSubcommand: ListDuties.self)
}

struct ListDuties: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "哪些该做、做了、过期。 What is due, done, overdue.")
    @OptionGroup var options: RootOption
    @Flag var json = false
    func run() async throws { try await options.technician.duties(asJSON: json) }
}

struct EnterDuty: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "done", abstract: "登记已做。 Enter that it was done.")
    @OptionGroup var options: RootOption
    @Argument(help: "编号 id of the duty") var duty: String
    @Option(help: "补登哪一天 for which day, such as 2026-03-05") var date: String?
    @Option(help: "备注 a note") var note: String?
    func run() async throws { try await options.technician.enterDuty(duty, "done", date: date, note: note) }
}

struct BeginDuty: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "begun", abstract: "登记起因已发生，从次日起算。 Enter that what it waits for has happened.")
    @OptionGroup var options: RootOption
    @Argument(help: "编号 id of the duty") var duty: String
    @Option(help: "哪一天 on which day") var date: String?
    @Option(help: "备注 a note") var note: String?
    func run() async throws { try await options.technician.enterDuty(duty, "begun", date: date, note: note) }
}

struct TakeBackDuty: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "undo", abstract: "撤回今天的登记。 Take back what was entered today.")
    @OptionGroup var options: RootOption
    @Argument(help: "编号 id of the duty") var duty: String
    @Option(help: "哪一天的 of which day") var date: String?
    func run() async throws { try await options.technician.takeBackDuty(duty, date: date) }
}
