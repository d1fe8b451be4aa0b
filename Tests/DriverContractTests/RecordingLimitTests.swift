import DriverKit
import Testing
import ZoneModel
import ZoneRecording

@Suite("A recording has limits, and what keeps them can be written and read again")
struct RecordingLimitTests {
    private let header = RecordingHeader(
        kind: .ledDisplay, profile: DeviceProfile(driver: "onbon-led", kind: .ledDisplay),
        attachment: .address("onbon://192.0.2.9"), at: WallTime(milliseconds: 1_795_226_400_000), simulated: false,
        contacts: false)

    private func complaint(_ text: String) -> RecordingComplaint? {
        do throws(RecordingComplaint) {
            _ = try Recording(Array(text.utf8))
            return nil
        } catch { return error }
    }

    @Test("the longest entry, whatever is in it")
    func longestEntry() throws {
        for byte: UInt8 in [0x07, 0xFF] {
            let bytes = [UInt8(ascii: "{")] + [UInt8](repeating: byte, count: Recording.longestEntry - 1)
            let recording = Recording(header: header, entries: [.init(ms: 1, .in, bytes)])
            #expect(try Recording(Array(recording.text.utf8)) == recording)
        }
        let tooLong = [
            "{\"d\":\"in\",\"s\":\"{\",\"t\":1,\"z\":\(Recording.longestEntry)}\n",
            "{\"d\":\"in\",\"h\":\"00\",\"t\":1,\"z\":\(Recording.longestEntry)}\n",
        ]
        for line in tooLong { #expect(complaint(header.line + line)?.line == 2) }
    }

    @Test("short lines do not grow without end")
    func content() {
        let line = "{\"d\":\"in\",\"h\":\"\",\"t\":1,\"z\":\(Recording.longestEntry)}\n"
        let count = Recording.longestContent / Recording.longestEntry
        let full = header.line + String(repeating: line, count: count)
        #expect(complaint(full) == nil)
        let found = complaint(full + line)
        #expect(found?.line == count + 2 && found?.expected == "at most 128 MiB in all entries")
    }
}
