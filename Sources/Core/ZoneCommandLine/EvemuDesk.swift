import Glibc
import ZoneLinux
import ZoneModel
import ZoneRecording
import ZoneReplay
import ZoneTime

/// `zonectl evemu`: works on files, without a running agent.
package struct EvemuDesk: Sendable {
    private let clock: any ZoneClock
    private let show: @Sendable (String) -> Void

    package init(clock: any ZoneClock, show: @escaping @Sendable (String) -> Void) {
        (self.clock, self.show) = (clock, show)
    }

    /// A recording becomes a file of evemu, a file of evemu a recording.
    package func convert(_ file: String, to new: String) throws {
        let bytes = try SmallFile.readBytes(file, limit: Recording.longestFile)
        if bytes.first == UInt8(ascii: "{") {
            let evemu = try EvemuFile(try Recording(bytes))
            try write(evemu.text(remarks: remarks(evemu)), to: new, hasPositions: evemu.hasPositions)
            show("播放 play it with: evemu-device \(new); evemu-play /dev/input/eventN < \(new)\n")
        } else {
            let recording = Recording(try EvemuFile(bytes), at: clock.wall())
            try write(recording.text, to: new, hasPositions: recording.header.contacts)
            show("重放 replay it with: zonectl replay \(new)\n")
        }
    }

    private func remarks(_ evemu: EvemuFile) -> [String] {
        evemu.hasPositions
            ? ["含手指位置。 WITH THE POSITIONS OF FINGERS: for whom the people agreed to, and for nobody else."]
            : ["不含手指位置。 Without the positions of fingers."]
    }

    private func write(_ text: String, to file: String, hasPositions: Bool) throws {
        do throws(SystemError) {
            let output = try OwnedFD.create(file, mode: 0o600)
            try SmallFile.write(Array(text.utf8), to: output.raw, naming: file)
        } catch {
            if error.errno == EEXIST { throw Technician.FileIsThere(file: file) }
            throw error
        }
        show("已写入 written: \(file)\n")
        show(
            hasPositions
                ? "注意：文件里有手指位置，只能给当事人同意的人看。 Mind: it has the positions of fingers. Ask the people first.\n"
                : "文件里没有手指位置（录制时未加 --with-contacts）。 Without positions: it was recorded without --with-contacts.\n")
    }
}
