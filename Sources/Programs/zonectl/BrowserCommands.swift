import ArgumentParser
import ZoneCommandLine

struct Browser: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "浏览器首页、收藏和不留痕迹的设置。 The browser's managed policies.",
        subcommands: [ShowPolicy.self, CompareBrowser.self, WriteBrowser.self, UndoBrowser.self],
        defaultSubcommand: ShowPolicy.self)

    struct ShowPolicy: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "show", abstract: "应有的设置。 What it is to be told.")
        @OptionGroup var options: RootOption
        func run() async throws { try await options.technician.showBrowserPolicy() }
    }

    struct CompareBrowser: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "diff", abstract: "与应有的比对。 What differs.")
        @OptionGroup var options: RootOption
        func run() async throws { try await options.end { try await $0.compareBrowserPolicy() } }
    }

    struct WriteBrowser: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "write", abstract: "写入应有的设置。 Write them as the agent's own file.")
        @OptionGroup var options: RootOption
        func run() async throws { try await options.end { try await $0.writeBrowserPolicy() } }
    }

    struct UndoBrowser: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "undo", abstract: "撤销写入，恢复原样。 Back to what stood there before.")
        @OptionGroup var options: RootOption
        func run() async throws { try await options.end { try await $0.undoBrowserPolicy() } }
    }
}
