import Logging
import ZoneLinux
import ZoneModel
import ZoneRecording
import ZoneReplay
import ZoneTime

/// `zonectl replay`: works on a file, without a running agent.
package struct ReplayDesk: Sendable {
    private let show: @Sendable (String) -> Void

    package init(show: @escaping @Sendable (String) -> Void) { self.show = show }

    /// - Parameter storyOnly: without times, as in the files beside the recordings of the tests.
    package func replay(_ file: String, storyOnly: Bool) async throws {
        let bytes = try SmallFile.readBytes(file, limit: Recording.longestFile)
        let recording = try Recording(anyFile: bytes, at: SystemClock().wall())
        var log = Logger(label: "replay")
        log.logLevel = .critical
        let folder = try TemporaryFolder()
        let show = show
        let length = recording.duration.components.seconds
        let outcome = try await ReplayStage(recording, log: log).run(in: folder.path) { passed in
            guard !storyOnly, passed.components.seconds.isMultiple(of: 10) else { return }
            show("  … \(passed.components.seconds)/\(length) s\n")
        }
        show(storyOnly ? outcome.story.joined(separator: "\n") + "\n" : ReplayTable.text(recording, outcome))
    }
}

package enum ReplayTable {
    package static func text(_ recording: Recording, _ outcome: ReplayOutcome) -> String {
        let header = recording.header
        let origin = header.simulated ? "模拟设备 a simulator" : "真实设备 real hardware"
        var text = "重放，结果均为模拟。 A replay: everything in it is simulated.\n"
        text += "\(Words.kind(header.kind)) \(header.driver)，录自 recorded from \(origin)，\(ZoneCivil.text(header.at))，"
        text += "\(outcome.duration.components.seconds) s\n\n"
        for event in outcome.events where event.name != .agentStopping { text += EventLine.text(event) + "\n" }
        text += "\n结果 in the end: \(Words.health(outcome.state.health))"
        for (name, count) in outcome.state.counts.sorted(by: { $0.key < $1.key }) { text += "  \(name) \(count)" }
        if outcome.unmatched > 0 {
            text += "\n有 \(outcome.unmatched) 个询问不在录制中：驱动版本可能不同。 "
            text +=
                "\(outcome.unmatched) questions are not in the recording: it may be of another version of the driver."
        }
        return text + "\n"
    }
}
