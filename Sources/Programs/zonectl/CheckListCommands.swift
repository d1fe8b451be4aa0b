import ArgumentParser
import ZoneCommandLine

struct CheckListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "checklist", abstract: "物品清单：查看、填写。 Check-lists of things: look, fill in.")
    @OptionGroup var options: RootOption
    @Argument(help: "清单编号 id of the list; all if absent") var list: String?
    @Argument(help: "编号=有、无或数量 ID=yes, ID=no or ID=NUMBER") var found: [String] = []

    func run() async throws {
        guard let list, !found.isEmpty else { return try await options.technician.checkLists(list) }
        try await options.technician.fillCheckList(list, found)
    }
}
